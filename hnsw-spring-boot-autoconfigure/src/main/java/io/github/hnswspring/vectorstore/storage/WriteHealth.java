package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.sql.SQLException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.StoreException;

/**
 * Whether writing works, learned from every write, which rows are damaged, and what an
 * SQLite failure means. Thread-safe.
 */
public final class WriteHealth {

	private static final Log logger = LogFactory.getLog(WriteHealth.class);

	/** What was being done when writing. */
	public static final String WRITE = "be written";

	/** What was being done when reading. */
	public static final String READ = "be read";

	private final Path file;

	private final DamagedRows damagedRows;

	private volatile @Nullable String failure;

	public WriteHealth(StoreDatabase database) {
		this.file = database.file();
		this.damagedRows = new DamagedRows(this.file);
	}

	/** Why the last write failed, or {@code null} if it did not. */
	public @Nullable String failure() {
		return this.failure;
	}

	/** What reading has found out. */
	public DamagedRows damagedRows() {
		return this.damagedRows;
	}

	public void succeeded() {
		if (this.failure != null) {
			this.failure = null;
			logger.info("Database " + this.file + " can be written again");
		}
	}

	/** Notes a failure. */
	public RuntimeException failed(String action, SQLException ex) {
		RuntimeException translated = translate(this.file, action, ex);
		if (ex instanceof DamagedRowException damaged) {
			this.damagedRows.note(damaged);
		}
		else if (action.equals(WRITE)) {
			if (this.failure == null) {
				logger.error("Database " + this.file + " cannot be written; searches go on", ex);
			}
			this.failure = ex.getMessage();
		}
		return translated;
	}

	/** What a failure of SQLite means to the caller of the store. */
	public static RuntimeException translate(Path file, String action, SQLException ex) {
		if (ex instanceof DamagedRowException damaged) {
			return CorruptStoreException.ofDocument(file, damaged.key(), String.valueOf(damaged.getMessage()), damaged);
		}
		SQLiteErrorCode code = (ex instanceof SQLiteException sqlite) ? sqlite.getResultCode() : null;
		if (isCorrupt(ex)) {
			return new CorruptStoreException(file, String.valueOf(ex.getMessage()), ex);
		}
		return new StoreException("Database " + file + " could not " + action + ": " + ex.getMessage() + ". "
				+ remedy(code) + " What was stored before is safe.", ex);
	}

	/** Whether SQLite failed because the file is not what it wrote. */
	public static boolean isCorrupt(SQLException ex) {
		int plain = plain((ex instanceof SQLiteException sqlite) ? sqlite.getResultCode() : null);
		return plain == SQLiteErrorCode.SQLITE_CORRUPT.code || plain == SQLiteErrorCode.SQLITE_NOTADB.code;
	}

	/** Whether SQLite failed because it may not write. */
	public static boolean isAboutWriting(SQLException ex) {
		return ex instanceof SQLiteException sqlite && isAboutWriting(sqlite.getResultCode());
	}

	private static boolean isAboutWriting(@Nullable SQLiteErrorCode code) {
		int plain = plain(code);
		return plain == SQLiteErrorCode.SQLITE_READONLY.code || plain == SQLiteErrorCode.SQLITE_CANTOPEN.code;
	}

	/** The extended codes have the plain one in their lowest byte. */
	private static int plain(@Nullable SQLiteErrorCode code) {
		return (code != null) ? code.code & 0xff : 0;
	}

	private static String remedy(@Nullable SQLiteErrorCode code) {
		if (code == SQLiteErrorCode.SQLITE_FULL) {
			return "Free space on the disk; a running store then goes on writing by itself.";
		}
		if (plain(code) == SQLiteErrorCode.SQLITE_BUSY.code) {
			return "Another program keeps the database locked; end its transaction.";
		}
		if (isAboutWriting(code)) {
			return "Make the directory and its files writable for this user.";
		}
		return "Check the disk, limits on the size of files, and the rights on the directory.";
	}

}
