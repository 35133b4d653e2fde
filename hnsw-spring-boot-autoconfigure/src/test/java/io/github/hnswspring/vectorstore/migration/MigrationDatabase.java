package io.github.hnswspring.vectorstore.migration;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Looks into the database of a store that is open. */
final class MigrationDatabase {

	private MigrationDatabase() {
	}

	static long count(Path directory, String from) {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("hnsw.db"));
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("SELECT count(*) FROM " + from)) {
			return result.getLong(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
