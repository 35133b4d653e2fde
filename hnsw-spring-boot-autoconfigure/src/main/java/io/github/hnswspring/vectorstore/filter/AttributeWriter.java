package io.github.hnswspring.vectorstore.filter;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps the {@code attribute} rows of documents, inside the write transaction of its
 * caller. Confined to the writer: one for each writing connection, used by one thread at
 * a time.
 */
public final class AttributeWriter implements AutoCloseable {

	/**
	 * Beyond this the ids of names are looked up again; keys made of data are a mistake.
	 */
	private static final int MAX_KNOWN_NAMES = 10_000;

	private final PreparedStatement insertRow;

	private final PreparedStatement deleteRows;

	private final PreparedStatement insertName;

	private final PreparedStatement findName;

	private final PreparedStatement lastName;

	private final PreparedStatement deleteNames;

	private final Map<String, Long> nameIds = new HashMap<>();

	private long lastNameId;

	/**
	 * Prepares the statements on a connection whose database has the tables of
	 * {@link AttributeSchema}.
	 * @param connection the writing connection
	 * @throws SQLException if a statement cannot be prepared
	 */
	public AttributeWriter(Connection connection) throws SQLException {
		this.insertRow = connection
			.prepareStatement("INSERT OR IGNORE INTO attribute (name_id, kind, value, doc_key) VALUES (?, ?, ?, ?)");
		this.deleteRows = connection.prepareStatement("DELETE FROM attribute WHERE doc_key = ?");
		this.insertName = connection.prepareStatement("INSERT INTO attribute_name (id, name) VALUES (?, ?)");
		this.findName = connection.prepareStatement("SELECT id FROM attribute_name WHERE name = ?");
		this.lastName = connection.prepareStatement("SELECT coalesce(max(id), 0) FROM attribute_name");
		this.deleteNames = connection.prepareStatement("DELETE FROM attribute_name WHERE NOT EXISTS "
				+ "(SELECT 1 FROM attribute WHERE name_id = attribute_name.id)");
	}

	/**
	 * Checks that metadata can be written, without writing: for a refusal before anything
	 * is embedded.
	 * @param metadata the metadata of one document
	 * @throws IllegalArgumentException if it has too many values, too long keys or nests
	 * too deep; the message names the key
	 */
	public static void check(Map<String, ?> metadata) {
		try {
			AttributeRows.derive(metadata, (name, kind, value) -> {
			});
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Writes the rows of a new document.
	 * @param documentKey the document's key, greater than 0 and never used before
	 * @param metadata its metadata
	 * @throws SQLException if SQLite refuses
	 * @throws IllegalArgumentException as {@link #check} says
	 */
	public void write(long documentKey, Map<String, ?> metadata) throws SQLException {
		forgetNamesRolledBack();
		insert(AttributeSchema.LIVE, Scalar.Kind.PRESENT.ordinal(), 0L, documentKey);
		AttributeRows.derive(metadata, (name, kind, value) -> insert(nameId(name), kind, value, documentKey));
	}

	/**
	 * Deletes the rows of a document; nothing happens if it has none.
	 * @param documentKey the document's key
	 * @throws SQLException if SQLite refuses
	 */
	public void delete(long documentKey) throws SQLException {
		this.deleteRows.setLong(1, documentKey);
		this.deleteRows.executeUpdate();
	}

	/**
	 * Deletes the names that no document has any more: they may tell of those that had
	 * them.
	 * @throws SQLException if SQLite refuses
	 */
	public void forgetNames() throws SQLException {
		// Their ids may be given again.
		this.nameIds.clear();
		this.deleteNames.executeUpdate();
	}

	private void insert(long nameId, int kind, Object value, long documentKey) throws SQLException {
		this.insertRow.setLong(1, nameId);
		this.insertRow.setInt(2, kind);
		this.insertRow.setObject(3, value);
		this.insertRow.setLong(4, documentKey);
		this.insertRow.executeUpdate();
	}

	private long nameId(String name) throws SQLException {
		Long known = this.nameIds.get(name);
		if (known != null) {
			return known;
		}
		long id = findName(name);
		if (id == 0) {
			id = ++this.lastNameId;
			this.insertName.setLong(1, id);
			this.insertName.setString(2, name);
			this.insertName.executeUpdate();
		}
		if (this.nameIds.size() >= MAX_KNOWN_NAMES) {
			this.nameIds.clear();
		}
		this.nameIds.put(name, id);
		return id;
	}

	private long findName(String name) throws SQLException {
		this.findName.setString(1, name);
		try (ResultSet row = this.findName.executeQuery()) {
			return row.next() ? row.getLong(1) : 0;
		}
	}

	/**
	 * A name inserted in a transaction that was rolled back is known here and not in the
	 * database. Ids are given in order, so comparing the greatest one finds out, and no
	 * rollback has to be reported.
	 */
	private void forgetNamesRolledBack() throws SQLException {
		try (ResultSet row = this.lastName.executeQuery()) {
			row.next();
			long last = row.getLong(1);
			if (last != this.lastNameId) {
				this.nameIds.clear();
				this.lastNameId = last;
			}
		}
	}

	@Override
	public void close() throws SQLException {
		this.insertRow.close();
		this.deleteRows.close();
		this.insertName.close();
		this.findName.close();
		this.lastName.close();
		this.deleteNames.close();
	}

}
