package io.github.hnswspring.vectorstore.storage;

import java.sql.SQLException;
import java.util.List;

/**
 * The tables of format version 1 and the steps that lead from it to the present one. The
 * version is SQLite's {@code user_version}; {@code application_id} tells our files from
 * others.
 */
public final class StoreSchema {

	/** The format this code reads and writes. */
	public static final int VERSION = 3;

	/** The first version with a text index. */
	public static final int TEXT_VERSION = 2;

	/** The first version with generations of embeddings, sources and expiry. */
	public static final int LIFE_VERSION = 3;

	/** {@code HNSW} in ASCII. */
	static final int APPLICATION_ID = 0x484E5357;

	// The embedding comes before the text: a long text continues on other pages, which a
	// scan over embeddings must not read. The checksums come first: no damage to a
	// record's header that shifts or cuts what follows leaves them as they were.
	private static final String[] VERSION_1 = { """
			CREATE TABLE meta (
				name TEXT PRIMARY KEY NOT NULL,
				value TEXT NOT NULL
			) WITHOUT ROWID""", """
			CREATE TABLE document (
				key INTEGER PRIMARY KEY AUTOINCREMENT,
				content_checksum INTEGER NOT NULL DEFAULT -1,
				embedding_checksum INTEGER NOT NULL DEFAULT -1,
				id TEXT NOT NULL UNIQUE,
				content_hash BLOB,
				embedding BLOB NOT NULL,
				metadata TEXT NOT NULL,
				text TEXT NOT NULL
			)""", """
			CREATE INDEX document_content ON document (content_hash) WHERE content_hash IS NOT NULL""", """
			CREATE TABLE parked_embedding (
				content_hash BLOB PRIMARY KEY NOT NULL,
				checksum INTEGER NOT NULL,
				embedding BLOB NOT NULL,
				created INTEGER NOT NULL
			) WITHOUT ROWID""", """
			CREATE TABLE change (
				seq INTEGER PRIMARY KEY AUTOINCREMENT,
				key INTEGER NOT NULL
			)""", """
			CREATE TRIGGER document_inserted AFTER INSERT ON document BEGIN
				INSERT INTO change (key) VALUES (new.key);
			END""", """
			CREATE TRIGGER document_deleted AFTER DELETE ON document BEGIN
				INSERT INTO change (key) VALUES (old.key);
			END""", """
			CREATE TRIGGER document_updated AFTER UPDATE ON document BEGIN
				INSERT INTO change (key) VALUES (old.key);
				INSERT INTO change (key) SELECT new.key WHERE new.key <> old.key;
			END""",
			// Another tool that edits a text or a vector leaves a hash that is no longer
			// true; without it the vector is not reused for the old text.
			"""
					CREATE TRIGGER document_edited AFTER UPDATE OF text, embedding ON document
					WHEN new.content_hash IS NOT NULL AND new.content_hash IS old.content_hash BEGIN
						UPDATE document SET content_hash = NULL WHERE key = new.key;
					END""",
			// Nor does such a tool know our checksums: -1 says "not checked".
			"""
					CREATE TRIGGER document_content_edited AFTER UPDATE OF key, id, metadata, text ON document
					WHEN new.content_checksum <> -1 AND new.content_checksum = old.content_checksum BEGIN
						UPDATE document SET content_checksum = -1 WHERE key = new.key;
					END""", """
					CREATE TRIGGER document_embedding_edited AFTER UPDATE OF key, content_hash, embedding ON document
					WHEN new.embedding_checksum <> -1 AND new.embedding_checksum = old.embedding_checksum BEGIN
						UPDATE document SET embedding_checksum = -1 WHERE key = new.key;
					END""" };

	// Tokens are made before SQLite sees them, and separated by spaces: its own tokenizer
	// only has to leave them as they are. It keeps no texts, which are in the documents.
	// Merging more segments at once takes a quarter off what an insertion costs.
	private static final List<String> VERSION_2 = List.of("""
			CREATE VIRTUAL TABLE document_text USING fts5(
				words, stems, identifiers,
				content='', contentless_delete=1,
				tokenize="ascii tokenchars '.-_/:+#@$'"
			)""", """
			INSERT INTO document_text (document_text, rank) VALUES ('automerge', 16)""", """
			CREATE VIRTUAL TABLE document_text_term USING fts5vocab(document_text, row)""", """
			CREATE VIRTUAL TABLE document_text_column USING fts5vocab(document_text, col)""", """
			CREATE VIRTUAL TABLE document_text_entry USING fts5vocab(document_text, instance)""");

	// What most documents do not have lies beside them: columns behind a long text would
	// cost a read of its pages. Vectors of generation 0 stay in the documents.
	private static final List<String> VERSION_3 = List.of("""
			CREATE TABLE document_embedding (
				key INTEGER NOT NULL,
				generation INTEGER NOT NULL,
				checksum INTEGER NOT NULL DEFAULT -1,
				content_hash BLOB,
				embedding BLOB NOT NULL,
				PRIMARY KEY (key, generation)
			)""", """
			CREATE INDEX document_embedding_content ON document_embedding (content_hash, generation)
			WHERE content_hash IS NOT NULL""", """
			CREATE TABLE document_source (
				key INTEGER PRIMARY KEY,
				source TEXT NOT NULL
			)""", """
			CREATE INDEX document_source_source ON document_source (source)""", """
			CREATE TABLE document_expiry (
				key INTEGER PRIMARY KEY,
				expires INTEGER NOT NULL
			)""", """
			CREATE INDEX document_expiry_expires ON document_expiry (expires)""", """
			ALTER TABLE parked_embedding ADD COLUMN generation INTEGER NOT NULL DEFAULT 0""", """
			CREATE TRIGGER document_deleted_beside AFTER DELETE ON document BEGIN
				DELETE FROM document_embedding WHERE key = old.key;
				DELETE FROM document_source WHERE key = old.key;
				DELETE FROM document_expiry WHERE key = old.key;
			END""",
			// They count as changes of their documents, unless the row before says so.
			"""
					CREATE TRIGGER embedding_inserted AFTER INSERT ON document_embedding BEGIN
						INSERT INTO change (key) VALUES (new.key);
					END""", """
					CREATE TRIGGER embedding_edited AFTER UPDATE ON document_embedding BEGIN
						UPDATE document_embedding SET checksum = -1, content_hash = NULL
						WHERE key = new.key AND generation = new.generation AND checksum <> -1;
						INSERT INTO change (key) VALUES (old.key);
						INSERT INTO change (key) SELECT new.key WHERE new.key <> old.key;
					END""", """
					CREATE TRIGGER embedding_deleted AFTER DELETE ON document_embedding
					WHEN EXISTS (SELECT 1 FROM document WHERE key = old.key)
					AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'quiet') BEGIN
						INSERT INTO change (key) VALUES (old.key);
					END""",
			// Vectors of a former model are removed without a change of any document:
			// whoever does that leaves a row in meta for as long as its transaction
			// takes.
			"""
					DROP TRIGGER document_updated""", """
					CREATE TRIGGER document_updated AFTER UPDATE ON document
					WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name = 'quiet') BEGIN
						INSERT INTO change (key) VALUES (old.key);
						INSERT INTO change (key) SELECT new.key WHERE new.key <> old.key;
					END""");

	// Entry i leads from version i + 1 to i + 2. Once released, a step never changes.
	private static final List<List<String>> UPGRADES = List.of(VERSION_2, VERSION_3);

	private StoreSchema() {
	}

	/**
	 * The version of the file.
	 * @param connection reads it
	 * @return its version, 0 for an empty database, -1 for one that is not ours
	 * @throws SQLException if the database cannot be read
	 */
	public static int version(SqlConnection connection) throws SQLException {
		int version = Integer.parseInt(connection.answer("PRAGMA user_version"));
		int application = Integer.parseInt(connection.answer("PRAGMA application_id"));
		if (application == APPLICATION_ID) {
			// Texts are read as the bytes they are stored as.
			return connection.answer("PRAGMA encoding").equals("UTF-8") ? version : -1;
		}
		boolean empty = application == 0 && version == 0
				&& connection.answer("SELECT count(*) FROM sqlite_schema").equals("0");
		return empty ? 0 : -1;
	}

	/**
	 * Creates the tables; to be called within a transaction.
	 * @param connection writes
	 * @throws SQLException if the database fails
	 */
	public static void create(SqlConnection connection) throws SQLException {
		for (String sql : VERSION_1) {
			connection.execute(sql);
		}
		connection.execute("PRAGMA application_id = " + APPLICATION_ID);
		connection.execute("PRAGMA user_version = 1");
		upgrade(connection, 1);
	}

	/**
	 * Brings an older file to the present version; to be called within a transaction, so
	 * that an upgrade that fails leaves the file as it was.
	 * @param connection writes
	 * @param version the file's version, at least 1
	 * @throws SQLException if the database fails
	 */
	public static void upgrade(SqlConnection connection, int version) throws SQLException {
		upgrade(connection, version, UPGRADES);
	}

	static void upgrade(SqlConnection connection, int version, List<List<String>> upgrades) throws SQLException {
		for (int from = version; from <= upgrades.size(); from++) {
			for (String sql : upgrades.get(from - 1)) {
				connection.execute(sql);
			}
			connection.execute("PRAGMA user_version = " + (from + 1));
		}
	}

}
