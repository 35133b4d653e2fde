package io.github.hnswspring.vectorstore.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

import ch.qos.logback.classic.Level;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.LogCapture;
import io.github.hnswspring.vectorstore.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What a failure of SQLite means, and for how long. */
class WriteHealthTests {

	private static final SQLException FULL = failure(SQLiteErrorCode.SQLITE_FULL);

	@TempDir
	Path directory;

	private final LogCapture log = new LogCapture();

	private StoreDatabase database;

	private WriteHealth health;

	@BeforeEach
	void open() throws SQLException {
		this.database = StoreDatabase.open(this.directory.resolve(StoreDirectory.DATABASE_FILE),
				new SqliteConnectionSource());
		this.health = new WriteHealth(this.database);
	}

	@AfterEach
	void close() throws SQLException {
		this.log.close();
		this.database.close();
	}

	private static SQLException failure(SQLiteErrorCode code) {
		return new SQLiteException("it is " + code.name(), code);
	}

	@Test
	void aFailedWriteIsRememberedUntilOneSucceeds() {
		assertThat(this.health.failure()).isNull();
		this.health.failed(WriteHealth.WRITE, FULL);
		assertThat(this.health.failure()).contains("SQLITE_FULL");
		this.health.succeeded();
		assertThat(this.health.failure()).isNull();
	}

	@Test
	void aDiskThatStaysFullIsLoggedOnceAndOnceWhenItIsMended() {
		this.health.succeeded();
		for (int i = 0; i < 3; i++) {
			this.health.failed(WriteHealth.WRITE, FULL);
		}
		this.health.succeeded();
		this.health.succeeded();
		assertThat(this.log.messages(Level.ERROR)).singleElement().asString().contains("cannot be written");
		assertThat(this.log.messages(Level.INFO)).singleElement().asString().contains("can be written again");
	}

	@Test
	void aFailedReadSaysNothingOfWriting() {
		assertThat(this.health.failed(WriteHealth.READ, failure(SQLiteErrorCode.SQLITE_IOERR)))
			.hasMessageContaining("could not be read");
		assertThat(this.health.failure()).isNull();
	}

	@Test
	void aDamagedRowIsCountedAndKeepsNobodyFromWriting() {
		RuntimeException told = this.health.failed(WriteHealth.WRITE, new DamagedRowException(7, "a", "it is cut"));
		assertThat(told).isInstanceOf(CorruptStoreException.class)
			.hasMessageContaining("Document 'a', row key 7: it is cut")
			.hasMessageContaining("Other documents are not affected");
		assertThat(this.health.failure()).isNull();
		assertThat(this.health.damagedRows().count()).isEqualTo(1);
	}

	@ParameterizedTest
	@CsvSource({ "SQLITE_FULL, Free space on the disk", "SQLITE_BUSY, keeps the database locked",
			"SQLITE_BUSY_RECOVERY, keeps the database locked", "SQLITE_BUSY_SNAPSHOT, keeps the database locked",
			"SQLITE_READONLY, writable for this user", "SQLITE_READONLY_DBMOVED, writable for this user",
			"SQLITE_CANTOPEN, writable for this user", "SQLITE_IOERR, Check the disk",
			"SQLITE_IOERR_FSYNC, Check the disk" })
	void everyFailureComesWithItsRemedy(SQLiteErrorCode code, String remedy) {
		RuntimeException told = WriteHealth.translate(this.database.file(), WriteHealth.WRITE, failure(code));
		assertThat(told).isInstanceOf(StoreException.class)
			.hasMessageContaining(this.database.file() + " could not be written")
			.hasMessageContaining(code.name())
			.hasMessageContaining(remedy)
			.hasMessageContaining("What was stored before is safe");
	}

	@ParameterizedTest
	@EnumSource(value = SQLiteErrorCode.class,
			names = { "SQLITE_CORRUPT", "SQLITE_CORRUPT_VTAB", "SQLITE_CORRUPT_INDEX", "SQLITE_NOTADB" })
	void aFileThatIsNotWhatSqliteWroteIsToldAsDamaged(SQLiteErrorCode code) {
		assertThat(WriteHealth.isCorrupt(failure(code))).isTrue();
		assertThat(WriteHealth.translate(this.database.file(), WriteHealth.READ, failure(code)))
			.isInstanceOf(CorruptStoreException.class)
			.hasMessageContaining("Restore the directory from a backup");
	}

	@Test
	void sqliteItselfSaysSoOfAFileOfSomethingElse() throws IOException {
		Path other = Files.writeString(this.directory.resolve("other.db"), "no database ".repeat(1_000));
		SQLException failure = catchThrowableOfType(SQLException.class,
				() -> StoreDatabase.open(other, new SqliteConnectionSource()));
		assertThat(WriteHealth.isCorrupt(failure)).isTrue();
		assertThat(WriteHealth.isAboutWriting(failure)).isFalse();
	}

	@Test
	void aDirectoryInThePlaceOfTheFileIsAboutWriting() throws IOException {
		Path other = Files.createDirectory(this.directory.resolve("other.db"));
		SQLException failure = catchThrowableOfType(SQLException.class,
				() -> StoreDatabase.open(other, new SqliteConnectionSource()));
		assertThat(WriteHealth.isAboutWriting(failure)).isTrue();
		assertThat(WriteHealth.isCorrupt(failure)).isFalse();
	}

	@Test
	void aFailureThatIsNotSqlitesIsNeither() {
		SQLException other = new SQLException("of a driver");
		assertThat(WriteHealth.isCorrupt(other)).isFalse();
		assertThat(WriteHealth.isAboutWriting(other)).isFalse();
		assertThat(WriteHealth.translate(this.database.file(), WriteHealth.READ, other))
			.isExactlyInstanceOf(StoreException.class)
			.hasCause(other);
	}

}
