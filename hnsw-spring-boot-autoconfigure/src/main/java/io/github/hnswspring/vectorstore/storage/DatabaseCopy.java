package io.github.hnswspring.vectorstore.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;

/** A compact copy of a database at one moment. */
public final class DatabaseCopy {

	private DatabaseCopy() {
	}

	/**
	 * Writes the copy.
	 * @param connection reads, within a transaction; writers need not wait
	 * @param copy a file that does not exist
	 * @throws SQLException if the database fails or the copy cannot be written
	 */
	public static void write(SqlConnection connection, Path copy) throws SQLException {
		// A copy cannot be made within a transaction; the statement is one by itself.
		connection.execute("END");
		try (PreparedStatement statement = connection.jdbc().prepareStatement("VACUUM INTO ?")) {
			statement.setString(1, copy.toString());
			statement.executeUpdate();
		}
		finally {
			connection.execute("BEGIN");
		}
	}

	/**
	 * Has the words go from a copy of which documents were deleted; of all else a copy
	 * has nothing.
	 * @param copy writes
	 * @throws SQLException if the database fails
	 */
	public static void eraseWords(SqlConnection copy) throws SQLException {
		copy.execute("BEGIN");
		TextTable.optimize(copy);
		copy.execute("COMMIT");
		copy.execute("VACUUM");
	}

	/**
	 * Checks the copy, makes it a store of its own and forces it to disk.
	 * @param copy the file
	 * @param source opens connections
	 * @param last what else is done to it, once it is known to be sound
	 * @throws SQLException if the copy is damaged
	 * @throws IOException if it cannot be forced
	 */
	public static void verify(Path copy, ConnectionSource source, SqlAction last) throws SQLException, IOException {
		try (SqlConnection connection = new SqlConnection(source.open(copy, ConnectionSource.Mode.WRITE))) {
			String result = connection.answer("PRAGMA integrity_check(1)");
			if (TextTable.isNamedIn(result)) {
				// The copy makes its own.
				TextTable.clear(connection);
				result = connection.answer("PRAGMA integrity_check(1)");
			}
			if (!result.equals("ok")) {
				throw new SQLException("The copy is damaged: " + result);
			}
			// SQLite copies a damaged text as it is; a backup must not carry it on.
			DocumentTable.scanAll(connection, (row) -> {
			});
			EmbeddingTable.scanBeside(connection, new EmbeddingTable.Visitor() {

				@Override
				public void visit(long key, byte[] embedding) {
				}

				@Override
				public void visitDamaged(DamagedRowException damaged) throws SQLException {
					throw damaged;
				}

			});
			// Derived files of the original must never be taken for the copy's.
			MetaTable.put(connection, MetaTable.STORE_ID, UUID.randomUUID().toString());
			last.apply(connection);
		}
		try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
	}

}
