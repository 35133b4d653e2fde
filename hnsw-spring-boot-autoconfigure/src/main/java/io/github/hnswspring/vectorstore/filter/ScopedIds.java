package io.github.hnswspring.vectorstore.filter;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * From the id a document has within a scope to its row. Rows that do not belong to the
 * scope are as good as not there: they are neither found nor replaced. Thread-safe:
 * stateless.
 */
public final class ScopedIds {

	private ScopedIds() {
	}

	/**
	 * The rows that are shown under an id within a scope: at most one that was added
	 * there, and one that was stored under this id from outside.
	 * @param connection reads or writes
	 * @param scope what counts
	 * @param id as it is known in the scope
	 * @return their keys, the scope's own first
	 * @throws SQLException if the database fails
	 */
	public static List<Long> keys(SqlConnection connection, Scope scope, String id) throws SQLException {
		List<Long> keys = new ArrayList<>(1);
		for (String stored : scope.stored(id)) {
			OptionalLong key = DocumentTable.key(connection, stored);
			if (key.isPresent() && isIn(connection, scope, key.getAsLong())) {
				keys.add(key.getAsLong());
			}
		}
		return keys;
	}

	/**
	 * The row an id means within a scope.
	 * @param connection reads or writes
	 * @param scope what counts
	 * @param id as it is known in the scope
	 * @return its key, if there is one
	 * @throws SQLException if the database fails
	 */
	public static OptionalLong key(SqlConnection connection, Scope scope, String id) throws SQLException {
		List<Long> keys = keys(connection, scope, id);
		return keys.isEmpty() ? OptionalLong.empty() : OptionalLong.of(keys.get(0));
	}

	/**
	 * Where a document goes that is added within a scope: in the place of the one that
	 * has its id there, or under an id that nothing has.
	 * @param connection writes
	 * @param scope where it is added
	 * @param id as it is known in the scope
	 * @return the place
	 * @throws SQLException if the database fails
	 */
	public static Place place(SqlConnection connection, Scope scope, String id) throws SQLException {
		for (String stored : scope.stored(id)) {
			OptionalLong key = DocumentTable.key(connection, stored);
			if (key.isPresent() && isIn(connection, scope, key.getAsLong())) {
				return new Place(stored, key);
			}
		}
		for (String own : scope.own(id)) {
			if (DocumentTable.key(connection, own).isEmpty()) {
				return new Place(own, OptionalLong.empty());
			}
		}
		throw new IllegalStateException("The ids under which document '" + id + "' could be stored in this scope are "
				+ "taken by documents that were given these ids outside of it; add it under another id");
	}

	/**
	 * Whether a row belongs to a scope.
	 * @param connection reads or writes
	 * @param scope the scope
	 * @param key of a row that is there
	 * @return {@code true} if it does
	 * @throws SQLException if the database fails
	 */
	public static boolean isIn(SqlConnection connection, Scope scope, long key) throws SQLException {
		return scope.isEverything() || FilterIndex.matches(connection::prepare, key, scope.node());
	}

	/**
	 * The place of a document.
	 *
	 * @param id the id it is stored by
	 * @param former the key of the row that is there now
	 */
	public record Place(String id, OptionalLong former) {
	}

}
