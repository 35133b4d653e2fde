package io.github.hnswspring.vectorstore.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A copy of a database holds what it held at one moment, and is another store. */
class DatabaseCopyTests {

	private static final ConnectionSource SOURCE = new SqliteConnectionSource();

	@TempDir
	Path directory;

	private Path copy;

	private StoreDatabase database;

	@BeforeEach
	void create() throws SQLException {
		this.copy = this.directory.resolve("copy.db");
		this.database = StoreDatabase.open(this.directory.resolve(StoreDirectory.DATABASE_FILE), SOURCE);
		Random random = new Random(1);
		this.database.update((connection) -> {
			StoreSchema.create(connection);
			MetaTable.put(connection, MetaTable.STORE_ID, "the original");
			for (long key = 1; key <= 200; key++) {
				float[] embedding = new float[100];
				embedding[0] = random.nextFloat();
				DocumentTable.insert(connection,
						new DocumentRow(key, "id" + key, 0, null, embedding, "{}", "text ".repeat(100) + key));
			}
		});
	}

	@AfterEach
	void close() throws SQLException {
		this.database.close();
	}

	private void write() throws SQLException {
		this.database.visit((connection) -> DatabaseCopy.write(connection, this.copy));
	}

	@Test
	void aCopyHoldsEveryRowAndNoSpaceOfDeletedOnes() throws SQLException, IOException {
		this.database.update((connection) -> connection.execute("DELETE FROM document WHERE key > 20"));
		write();
		DatabaseCopy.verify(this.copy, SOURCE, (connection) -> {
		});
		try (StoreDatabase copied = StoreDatabase.open(this.copy, SOURCE)) {
			for (long key = 1; key <= 20; key++) {
				long wanted = key;
				DocumentRow row = copied.read((connection) -> DocumentTable.row(connection, wanted));
				assertThat(row).usingRecursiveComparison()
					.isEqualTo(this.database.read((connection) -> DocumentTable.row(connection, wanted)));
			}
			assertThat(copied.<Long>read(DocumentTable::count)).isEqualTo(20);
			assertThat(copied.<Long>read(DocumentTable::lastKey)).as("keys are not given again").isEqualTo(200);
		}
		this.database.maintain((connection) -> connection.answer("PRAGMA wal_checkpoint(TRUNCATE)"));
		assertThat(Files.size(this.copy)).isLessThan(Files.size(this.database.file()) / 2);
	}

	@Test
	void theTransactionThatReadsGoesOnAfterwards() throws SQLException {
		this.database.visit((connection) -> {
			DatabaseCopy.write(connection, this.copy);
			assertThat(DocumentTable.count(connection)).isEqualTo(200);
			this.database.update((writer) -> writer.execute("DELETE FROM document"));
			assertThat(DocumentTable.count(connection)).as("as it was when it was read first").isEqualTo(200);
		});
	}

	@Test
	void whatLiesInItsPlaceIsNotOverwrittenAndReadingGoesOn() throws SQLException, IOException {
		Files.writeString(this.copy, "something else");
		this.database.visit((connection) -> {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> DatabaseCopy.write(connection, this.copy));
			assertThat(DocumentTable.count(connection)).isEqualTo(200);
		});
		assertThat(this.copy).hasContent("something else");
	}

	@Test
	void aVerifiedCopyIsAStoreOfItsOwn() throws SQLException, IOException {
		write();
		assertThat(storeIdOfTheCopy()).isEqualTo("the original");
		DatabaseCopy.verify(this.copy, SOURCE, (connection) -> {
		});
		assertThat(storeIdOfTheCopy()).isNotBlank().isNotEqualTo("the original");
	}

	private String storeIdOfTheCopy() throws SQLException {
		try (StoreDatabase copied = StoreDatabase.open(this.copy, SOURCE)) {
			return copied.<String>read((connection) -> MetaTable.get(connection, MetaTable.STORE_ID));
		}
	}

	@Test
	void aDamagedTextIsNotCarriedOn() throws SQLException {
		this.database.update((connection) -> connection
			.execute("UPDATE document SET text = 'other', content_checksum = 5 WHERE key = 77"));
		write();
		assertThatExceptionOfType(DamagedRowException.class)
			.isThrownBy(() -> DatabaseCopy.verify(this.copy, SOURCE, (connection) -> {
			}))
			.satisfies((ex) -> assertThat(ex.key()).isEqualTo(77));
	}

	@Test
	void aCopyThatSqliteFindsFaultWithIsRefused() throws SQLException, IOException {
		write();
		byte[] bytes = Files.readAllBytes(this.copy);
		// The number of free pages in the header, of which there are none; rows are
		// sound.
		bytes[39] = 5;
		Files.write(this.copy, bytes);
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> DatabaseCopy.verify(this.copy, SOURCE, (connection) -> {
			}))
			.withMessageContaining("The copy is damaged: ");
	}

}
