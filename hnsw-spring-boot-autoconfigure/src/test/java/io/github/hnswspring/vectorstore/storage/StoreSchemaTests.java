package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Older files are brought to the present version, whole or not at all. */
class StoreSchemaTests {

	private static final List<List<String>> UPGRADES = List.of(
			List.of("ALTER TABLE document ADD COLUMN colour TEXT", "UPDATE document SET colour = 'red'"),
			List.of("CREATE TABLE later (name TEXT)"));

	/** The steps there are, which these follow. */
	private static final int BEFORE = StoreSchema.VERSION;

	private static List<List<String>> steps(int added) {
		List<List<String>> steps = new ArrayList<>(Collections.nCopies(BEFORE - 1, List.of("not taken again")));
		steps.addAll(UPGRADES.subList(0, added));
		return steps;
	}

	@TempDir
	Path directory;

	private StoreDatabase create() throws SQLException {
		StoreDatabase database = StoreDatabase.open(this.directory.resolve(StoreDirectory.DATABASE_FILE),
				new SqliteConnectionSource());
		database.write((connection) -> {
			StoreSchema.create(connection);
			DocumentTable.insert(connection, new DocumentRow(1, "a", 0, null, new float[] { 1, 2 }, "{}", "text"));
			return null;
		});
		return database;
	}

	private static int version(StoreDatabase database) throws SQLException {
		return database.read(StoreSchema::version);
	}

	@Test
	void stepsAreTakenInTheirOrderFromTheFilesVersionOn() throws SQLException {
		try (StoreDatabase database = create()) {
			database.write((connection) -> {
				StoreSchema.upgrade(connection, BEFORE, steps(1));
				return null;
			});
			assertThat(version(database)).isEqualTo(BEFORE + 1);
			database.write((connection) -> {
				StoreSchema.upgrade(connection, BEFORE + 1, steps(2));
				return null;
			});
			assertThat(version(database)).isEqualTo(BEFORE + 2);
			DocumentRow row = database.read((connection) -> DocumentTable.row(connection, "a"));
			assertThat(row).isNotNull();
			assertThat(row.embedding()).containsExactly(1, 2);
		}
	}

	@Test
	void anUpgradeThatFailsChangesNothing() throws SQLException {
		List<List<String>> failing = steps(1);
		failing.add(List.of("ALTER TABLE missing ADD COLUMN x"));
		try (StoreDatabase database = create()) {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> database.write((connection) -> {
				StoreSchema.upgrade(connection, BEFORE, failing);
				return null;
			}));
			assertThat(version(database)).isEqualTo(BEFORE);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> database.read((connection) -> {
				connection.prepare("SELECT colour FROM document").executeQuery().close();
				return null;
			}));
		}
	}

	/** Texts are read as bytes, and would be other texts. */
	@Test
	void textsInAnotherEncodingAreNotOurs() throws SQLException {
		Path file = this.directory.resolve(StoreDirectory.DATABASE_FILE);
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
				SqlConnection other = new SqlConnection(connection)) {
			other.execute("PRAGMA encoding = 'UTF-16le'");
			StoreSchema.create(other);
			assertThat(StoreSchema.version(other)).isEqualTo(-1);
		}
	}

	@Test
	void thePresentVersionNeedsNoStep() throws SQLException {
		try (StoreDatabase database = create()) {
			database.write((connection) -> {
				StoreSchema.upgrade(connection, StoreSchema.VERSION);
				return null;
			});
			assertThat(version(database)).isEqualTo(StoreSchema.VERSION);
		}
	}

}
