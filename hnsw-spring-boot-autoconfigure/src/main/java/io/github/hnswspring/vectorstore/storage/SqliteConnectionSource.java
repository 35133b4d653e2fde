package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TempStore;
import org.sqlite.SQLiteConfig.TransactionMode;

/**
 * Opens SQLite connections of our own: no pool library and no {@code DriverManager}, so
 * that the application's data source stays the only one Spring Boot sees.
 */
public final class SqliteConnectionSource implements ConnectionSource {

	// Other tools may hold the database for a moment.
	static final int BUSY_TIMEOUT_MILLIS = 10_000;

	private static final int CACHE_KIBIBYTES = 16_384;

	@Override
	public Connection open(Path file, Mode mode) throws SQLException {
		SQLiteConfig config = new SQLiteConfig();
		config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
		// Keys are given out here; a query for each after every insert would also stay
		// open and stop VACUUM.
		config.setGetGeneratedKeys(false);
		config.setTempStore(TempStore.MEMORY);
		config.setCacheSize(-CACHE_KIBIBYTES);
		if (mode == Mode.WRITE) {
			config.setJournalMode(JournalMode.WAL);
			// Every commit is forced: an acknowledged document survives a power cut.
			config.setSynchronous(SynchronousMode.FULL);
			config.setTransactionMode(TransactionMode.IMMEDIATE);
		}
		else {
			config.setReadOnly(true);
		}
		return JDBC.createConnection(url(file, mode), config.toProperties());
	}

	private static String url(Path file, Mode mode) {
		// An address of the file, in which '?', '#' and '%' are escaped: in a plain path
		// the driver takes what follows a '?' for its own settings.
		return "jdbc:sqlite:" + file.toUri() + ((mode == Mode.IMMUTABLE) ? "?immutable=1" : "");
	}

}
