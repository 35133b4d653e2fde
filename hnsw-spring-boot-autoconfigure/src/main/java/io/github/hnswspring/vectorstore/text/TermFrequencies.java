package io.github.hnswspring.vectorstore.text;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * In how many documents a term is, as a word or name and as a stem. Counting takes SQLite
 * as long as there are such documents, so a count is remembered until a hundredth of it
 * can have changed. Thread-safe.
 */
final class TermFrequencies {

	/** What is remembered may be wrong by one in so many. */
	static final int STALE = 100;

	/** As many as a question has at most: one search may ask several times. */
	private static final int MAX_KNOWN = TextAnalysis.MAX_TERMS;

	private static final String COUNT = "SELECT col, doc FROM document_text_column WHERE term = ?";

	private final Map<String, Known> known = new ConcurrentHashMap<>();

	/**
	 * The number of documents.
	 * @return 0 if no one has the term; of words and names at least as many as have it as
	 * the one or the other
	 */
	long of(SqlConnection connection, QueryTerm term) throws SQLException {
		long change = ChangeLog.last(connection);
		Known before = this.known.get(term.token());
		if (before != null && Math.abs(change - before.change()) <= before.documents(term) / STALE) {
			return before.documents(term);
		}
		Known counted = count(connection, term.token(), change);
		if (this.known.size() >= MAX_KNOWN) {
			this.known.clear();
		}
		this.known.put(term.token(), counted);
		return counted.documents(term);
	}

	private static Known count(SqlConnection connection, String token, long change) throws SQLException {
		PreparedStatement statement = connection.prepare(COUNT);
		statement.setString(1, token);
		long names = 0;
		long stems = 0;
		try (ResultSet result = statement.executeQuery()) {
			while (result.next()) {
				if (result.getString(1).equals("stems")) {
					stems = result.getLong(2);
				}
				else {
					// Those that have it as a word may be those that have it as a name.
					names = Math.max(names, result.getLong(2));
				}
			}
		}
		return new Known(names, stems, change);
	}

	/** Forgets what is known, because the index begins anew. */
	void clear() {
		this.known.clear();
	}

	/**
	 * A count.
	 *
	 * @param names documents that have the term as a word or a name
	 * @param stems documents that have it as a stem
	 * @param change the last one then
	 */
	private record Known(long names, long stems, long change) {

		long documents(QueryTerm term) {
			return (term.kind() == QueryTerm.Kind.STEM) ? this.stems : this.names;
		}

	}

}
