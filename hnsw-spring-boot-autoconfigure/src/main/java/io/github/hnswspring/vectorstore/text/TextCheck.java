package io.github.hnswspring.vectorstore.text;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.TextTable;
import io.github.hnswspring.vectorstore.storage.Varints;

/**
 * What the text index should hold, and what it does. Both are summed up, so that no
 * documents need to be kept: terms with how often they occur, and rows with how many
 * occurrences they have. Confined to one check.
 */
public final class TextCheck {

	private static final String TERMS = "SELECT term, col, cnt FROM document_text_column";

	private static final String OCCURRENCES = "SELECT count(*), coalesce(sum(doc), 0) FROM document_text_entry";

	private static final String ROWS = "SELECT id, sz FROM document_text_docsize";

	private static final String[] COLUMNS = { "words", "stems", "identifiers" };

	private final @Nullable TextAnalysis analysis;

	private final long covered;

	private long terms;

	private long occurrences;

	private long occurrenceKeys;

	private long rows;

	TextCheck(@Nullable TextAnalysis analysis, long covered) {
		this.analysis = analysis;
		this.covered = covered;
	}

	/**
	 * Notes a row.
	 * @param key its key
	 * @param text its text
	 */
	public void expect(long key, String text) {
		if (this.analysis == null || key > this.covered) {
			return;
		}
		TextTokens tokens = this.analysis.document(text);
		long words = expect(key, COLUMNS[0], tokens.words());
		long stems = expect(key, COLUMNS[1], tokens.stems());
		long identifiers = expect(key, COLUMNS[2], tokens.identifiers());
		this.rows += row(key, Varints.write(words, stems, identifiers));
	}

	private static long row(long key, byte @Nullable [] sizes) {
		return mix(31 * mix(key) + Arrays.hashCode(sizes));
	}

	/** Returns the number of tokens. */
	private long expect(long key, String column, String tokens) {
		int begin = 0;
		long count = 0;
		while (begin < tokens.length()) {
			int space = tokens.indexOf(' ', begin);
			int end = (space >= 0) ? space : tokens.length();
			this.terms += hash(column, tokens.substring(begin, end));
			this.occurrenceKeys += key;
			count++;
			begin = end + 1;
		}
		this.occurrences += count;
		return count;
	}

	/**
	 * Whether the text index holds the rows noted and no others.
	 * @param connection reads, in the transaction the rows were read in
	 * @return {@code true} if so, or if there is none
	 * @throws SQLException if the database fails
	 */
	public boolean isSound(SqlConnection connection) throws SQLException {
		if (this.analysis == null) {
			return true;
		}
		// Statements are not kept: one that has failed on damage does not work again.
		try {
			return rows(connection) == this.rows && areOccurrencesSound(connection) && terms(connection) == this.terms;
		}
		catch (SQLException ex) {
			if (TextTable.isDamage(ex)) {
				return false;
			}
			throw ex;
		}
	}

	private static long rows(SqlConnection connection) throws SQLException {
		long rows = 0;
		try (Statement statement = connection.jdbc().createStatement();
				ResultSet result = statement.executeQuery(ROWS)) {
			while (result.next()) {
				rows += row(result.getLong(1), result.getBytes(2));
			}
		}
		return rows;
	}

	private boolean areOccurrencesSound(SqlConnection connection) throws SQLException {
		try (Statement statement = connection.jdbc().createStatement();
				ResultSet result = statement.executeQuery(OCCURRENCES)) {
			return result.getLong(1) == this.occurrences && result.getLong(2) == this.occurrenceKeys;
		}
	}

	private static long terms(SqlConnection connection) throws SQLException {
		long terms = 0;
		try (Statement statement = connection.jdbc().createStatement();
				ResultSet result = statement.executeQuery(TERMS)) {
			while (result.next()) {
				terms += result.getLong(3) * hash(result.getString(2), result.getString(1));
			}
		}
		return terms;
	}

	private static long hash(String column, String term) {
		long hash = column.charAt(0);
		for (int i = 0; i < term.length(); i++) {
			hash = (hash ^ term.charAt(i)) * 0x100000001B3L;
		}
		return mix(hash);
	}

	private static long mix(long value) {
		long mixed = (value ^ (value >>> 31)) * 0x9E3779B97F4A7C15L;
		return mixed ^ (mixed >>> 29);
	}

	/** A check of what a transaction sees. */
	static TextCheck of(SqlConnection connection, @Nullable TextAnalysis analysis, boolean present)
			throws SQLException {
		if (analysis == null || !present
				|| !analysis.fingerprint().equals(MetaTable.get(connection, MetaTable.TEXT_ANALYSIS))) {
			return new TextCheck(null, 0);
		}
		return new TextCheck(analysis, TextIndex.covered(connection));
	}

}
