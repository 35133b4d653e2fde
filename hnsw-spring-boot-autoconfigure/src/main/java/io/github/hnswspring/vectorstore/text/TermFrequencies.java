package io.github.hnswspring.vectorstore.text;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * In how many documents a term is. Counting takes SQLite as long as there are such
 * documents, so what is frequent is remembered until a hundredth of it can have changed.
 * Thread-safe.
 */
final class TermFrequencies {

	private static final int FREQUENT = 500;

	private static final int MAX_KNOWN = 10_000;

	private static final String COUNT = "SELECT doc FROM document_text_term WHERE term = ?";

	private final Map<String, Known> known = new ConcurrentHashMap<>();

	/** The number of documents, 0 if no one has the term. */
	long of(SqlConnection connection, String token) throws SQLException {
		long change = ChangeLog.last(connection);
		Known before = this.known.get(token);
		if (before != null && Math.abs(change - before.change()) <= before.documents() / 100) {
			return before.documents();
		}
		long documents = count(connection, token);
		if (documents >= FREQUENT) {
			if (this.known.size() >= MAX_KNOWN) {
				this.known.clear();
			}
			this.known.put(token, new Known(documents, change));
		}
		return documents;
	}

	private static long count(SqlConnection connection, String token) throws SQLException {
		PreparedStatement statement = connection.prepare(COUNT);
		statement.setString(1, token);
		try (ResultSet result = statement.executeQuery()) {
			return result.next() ? result.getLong(1) : 0;
		}
	}

	/** Forgets what is known, because the index begins anew. */
	void clear() {
		this.known.clear();
	}

	/**
	 * A count.
	 *
	 * @param documents that have the term
	 * @param change the last one then
	 */
	private record Known(long documents, long change) {

	}

}
