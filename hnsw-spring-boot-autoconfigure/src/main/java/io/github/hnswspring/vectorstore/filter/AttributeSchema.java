package io.github.hnswspring.vectorstore.filter;

import java.util.List;

/**
 * The tables that filters are answered from. Thread-safe: constants only.
 *
 * <pre>
 * attribute_name   id   1, 2, ...          a metadata key, nested ones joined with dots
 *                  name "author.name"
 *
 * attribute        name_id  its key; 0 marks the document itself as live
 *                  kind     what it compares with: 0 nothing, 1 boolean, 2 number,
 *                           3 instant, 4 text, 5 text of an instant; + 8 in a list
 *                  value    0/1, integer or real, 12 bytes, text
 *                  doc_key  the document's key
 * </pre>
 *
 * The primary key of {@code attribute} is its only content, so each leaf of a filter is
 * one seek and a run of neighbouring entries. The column {@code value} is of type
 * {@code ANY} in a STRICT table: SQLite then converts nothing, and compares an integer
 * with a real exactly.
 */
public final class AttributeSchema {

	/** Added to the kind of a value that is an element of a list. */
	static final int ELEMENT = 8;

	/** The name id of the one row each live document has. */
	static final int LIVE = 0;

	private AttributeSchema() {
	}

	/**
	 * The statements that create the tables, in order; harmless if they exist.
	 * @return DDL statements, one each
	 */
	public static List<String> statements() {
		return List.of("""
				CREATE TABLE IF NOT EXISTS attribute_name (
					id INTEGER PRIMARY KEY,
					name TEXT NOT NULL UNIQUE
				) STRICT""", """
				CREATE TABLE IF NOT EXISTS attribute (
					name_id INTEGER NOT NULL,
					kind INTEGER NOT NULL,
					value ANY NOT NULL,
					doc_key INTEGER NOT NULL,
					PRIMARY KEY (name_id, kind, value, doc_key)
				) STRICT, WITHOUT ROWID""", "CREATE INDEX IF NOT EXISTS attribute_by_document ON attribute (doc_key)");
	}

	/**
	 * The statements that remove the tables, in order.
	 * @return DDL statements, one each
	 */
	public static List<String> dropStatements() {
		return List.of("DROP TABLE IF EXISTS attribute", "DROP TABLE IF EXISTS attribute_name");
	}

}
