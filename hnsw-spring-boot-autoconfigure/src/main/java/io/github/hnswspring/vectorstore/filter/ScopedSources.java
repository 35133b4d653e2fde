package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.SourceTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * The sources of the documents of a scope. Their names are its own as ids are: what is
 * synced within a scope is stored under the scope and the name, and documents that were
 * stored from outside have their source under its plain name. Thread-safe: stateless.
 */
public final class ScopedSources {

	private ScopedSources() {
	}

	/**
	 * The name under which a source is stored that is synced within a scope.
	 * @param scope where it is synced
	 * @param source as it is known there
	 * @return the stored name
	 */
	public static String stored(Scope scope, String source) {
		return scope.own(source).get(0);
	}

	/**
	 * Reads the documents of a source that belong to a scope.
	 * @param connection reads
	 * @param scope what counts
	 * @param source as it is known there
	 * @param generation of the embedding model whose contents are wanted
	 * @param visitor is given each, under the id it is stored by
	 * @throws SQLException if the database fails
	 */
	public static void scan(SqlConnection connection, Scope scope, String source, int generation,
			SourceTable.Visitor visitor) throws SQLException {
		if (scope.isEverything()) {
			SourceTable.scan(connection, source, generation, visitor);
			return;
		}
		for (String stored : scope.stored(source)) {
			Set<Long> here = keys(connection, scope, stored);
			SourceTable.scan(connection, stored, generation, new SourceTable.Visitor() {

				@Override
				public void visit(DocumentContent row, byte @Nullable [] contentHash) {
					if (here.contains(row.key())) {
						visitor.visit(row, contentHash);
					}
				}

				@Override
				public void visitDamaged(DamagedRowException damaged) {
					if (here.contains(damaged.key())) {
						visitor.visitDamaged(damaged);
					}
				}

			});
		}
	}

	private static Set<Long> keys(SqlConnection connection, Scope scope, String stored) throws SQLException {
		Set<Long> keys = new TreeSet<>();
		for (long key : SourceTable.ids(connection, stored).keySet()) {
			if (ScopedIds.isIn(connection, scope, key)) {
				keys.add(key);
			}
		}
		return keys;
	}

	/**
	 * The documents of a source that belong to a scope.
	 * @param connection reads
	 * @param scope what counts
	 * @param source as it is known there
	 * @return their ids, as they are known there, by their keys
	 * @throws SQLException if the database fails
	 */
	public static Map<Long, String> ids(SqlConnection connection, Scope scope, String source) throws SQLException {
		Map<Long, String> ids = new HashMap<>();
		for (String stored : scope.stored(source)) {
			for (Map.Entry<Long, String> each : SourceTable.ids(connection, stored).entrySet()) {
				if (ScopedIds.isIn(connection, scope, each.getKey())) {
					ids.put(each.getKey(), scope.shown(each.getValue()));
				}
			}
		}
		return ids;
	}

	/**
	 * The sources of the documents of a scope.
	 * @param connection reads
	 * @param scope what counts
	 * @param documents of the scope, {@code null} if it is everything
	 * @return how many of the scope's documents come from each, by name
	 * @throws SQLException if the database fails
	 */
	public static Map<String, Long> counts(SqlConnection connection, Scope scope, @Nullable IdSet documents)
			throws SQLException {
		Map<String, Long> counts = SourceTable.counts(connection);
		if (documents == null || counts.isEmpty()) {
			return counts;
		}
		List<Long> keys = new ArrayList<>();
		documents.forEach(keys::add);
		Map<String, Long> own = new TreeMap<>();
		for (long key : keys) {
			String source = SourceTable.of(connection, key);
			if (source != null) {
				own.merge(scope.shown(source), 1L, Long::sum);
			}
		}
		return own;
	}

}
