package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoredChange;
import io.github.hnswspring.vectorstore.StoredRow;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.ExpiryTable;
import io.github.hnswspring.vectorstore.storage.SourceTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/** Reads rows with all that a store keeps of them. Stateless. */
public final class StoredRows {

	// Keys looked at in one statement.
	private static final int STEP = 1_000;

	private StoredRows() {
	}

	/**
	 * Reads a row.
	 * @return the row with its vector of the generation that answers, or {@code null}
	 */
	public static @Nullable StoredRow read(SqlConnection connection, long key) throws SQLException {
		return read(connection, key, EmbeddingTable.current(connection));
	}

	private static @Nullable StoredRow read(SqlConnection connection, long key, int generation) throws SQLException {
		DocumentRow row = DocumentTable.row(connection, key, generation);
		if (row == null) {
			return null;
		}
		OptionalLong end = ExpiryTable.expires(connection, key);
		return new StoredRow(key, row.id(), row.metadata(), row.text(), row.contentHash(), row.embedding(),
				SourceTable.of(connection, key), end.isPresent() ? end.getAsLong() : null);
	}

	/** Reads the rows that come after a key. */
	public static StoredChange after(SqlConnection connection, long after, int most) throws SQLException {
		return change(connection, DocumentTable.keysAfter(connection, after, most));
	}

	/** What the transaction under way has made of some rows. */
	static StoredChange change(SqlConnection connection, Collection<Long> touched) throws SQLException {
		ModelGeneration current = Generations.load(connection).current();
		List<StoredRow> rows = new ArrayList<>();
		List<Long> removed = new ArrayList<>();
		for (long key : touched) {
			StoredRow row = read(connection, key, current.number());
			if (row != null) {
				rows.add(row);
			}
			else {
				removed.add(key);
			}
		}
		return new StoredChange(rows, removed, DocumentTable.lastKey(connection), current.dimensions(),
				current.model());
	}

	/** Visits all rows in the order of their keys; those that are damaged are told. */
	public static void digests(SqlConnection connection, StoredRow.DigestVisitor visitor) throws SQLException {
		int generation = EmbeddingTable.current(connection);
		List<Long> keys = DocumentTable.keysAfter(connection, 0, STEP);
		while (!keys.isEmpty()) {
			for (long key : keys) {
				visitor.visit(key, digest(connection, key, generation));
			}
			keys = DocumentTable.keysAfter(connection, keys.get(keys.size() - 1), STEP);
		}
	}

	private static byte @Nullable [] digest(SqlConnection connection, long key, int generation) throws SQLException {
		try {
			StoredRow row = read(connection, key, generation);
			return (row != null) ? row.digest() : null;
		}
		catch (DamagedRowException ex) {
			return null;
		}
	}

}
