package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.storage.BesideTables;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.ExpiryTable;
import io.github.hnswspring.vectorstore.storage.SourceTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * Documents on whose end or source a table and its index do not agree. Which of the two
 * is damaged cannot be told, so such a document keeps the one that its metadata say too,
 * or has none, and comes from no source: it may stay too long, but is never removed by
 * mistake. Confined to one transaction.
 */
final class UncertainRows {

	/** So many are named. */
	private static final int NAMED = 5;

	private final SqlConnection connection;

	private final ExternalChanges external;

	private final List<String> withoutEnd = new ArrayList<>();

	private final List<String> withoutSource = new ArrayList<>();

	UncertainRows(SqlConnection connection, ExternalChanges external) {
		this.connection = connection;
		this.external = external;
	}

	/** Builds the indexes anew, and makes what is uncertain safe. */
	void mend(WriteTransaction transaction) throws SQLException {
		Map<Long, Set<Long>> ends = BesideTables.withUncertainEnd(this.connection);
		Set<Long> sources = BesideTables.withUncertainSource(this.connection);
		// First: SQLite refuses to remove a row whose entry it does not find.
		BesideTables.rebuild(this.connection);
		for (Map.Entry<Long, Set<Long>> each : ends.entrySet()) {
			long key = each.getKey();
			ExpiryTable.remove(this.connection, key);
			DocumentContent row = row(key);
			if (row != null) {
				Instant said = this.external.end(row);
				Instant end = (said != null && each.getValue().contains(Expiry.millis(said))) ? said : null;
				transaction.expire(key, end);
				if (end == null) {
					this.withoutEnd.add(row.id());
				}
				// Lists of those that have ended know it as it was.
				ChangeLog.append(this.connection, key);
			}
		}
		for (long key : sources) {
			SourceTable.remove(this.connection, key);
			DocumentContent row = row(key);
			if (row != null) {
				this.withoutSource.add(row.id());
			}
		}
	}

	private @Nullable DocumentContent row(long key) throws SQLException {
		try {
			return DocumentTable.content(this.connection, key);
		}
		catch (DamagedRowException ex) {
			// It was damaged since the check; that is told where it is read.
			return null;
		}
	}

	/** What the owner has to know of it, {@code null} if nothing was lost. */
	@Nullable String loss() {
		List<String> losses = new ArrayList<>();
		if (!this.withoutEnd.isEmpty()) {
			losses.add("The end of " + named(this.withoutEnd)
					+ " was lost and is not in the metadata: they stay until they are added again, are given another "
					+ "end by updateMetadata, or are deleted");
		}
		if (!this.withoutSource.isEmpty()) {
			losses.add("The source of " + named(this.withoutSource)
					+ " was lost: a sync of the source takes those that it still has for its own again; delete the "
					+ "others");
		}
		return losses.isEmpty() ? null : String.join(". ", losses);
	}

	private static String named(List<String> ids) {
		String some = String.join("', '", ids.subList(0, Math.min(NAMED, ids.size())));
		return ids.size() + " documents ('" + some + "'" + ((ids.size() > NAMED) ? ", ...)" : ")");
	}

}
