package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.storage.DamagedRowException;

/**
 * Rows found damaged since the start: logged once each and counted for health, because
 * what works in the background has nobody to throw an exception at. Thread-safe.
 */
final class DamagedRows {

	private static final Log logger = LogFactory.getLog(DamagedRows.class);

	private final Path file;

	private volatile @Nullable String unreadable;

	private final Set<Long> keys = ConcurrentHashMap.newKeySet();

	DamagedRows(Path file) {
		this.file = file;
	}

	void note(DamagedRowException damaged) {
		if (this.keys.add(damaged.key())) {
			logger.error(CorruptStoreException.describe(this.file, damaged));
		}
	}

	/** The database cannot be read to its end. */
	void noteUnreadable(RuntimeException problem) {
		this.unreadable = problem.getMessage();
		logger.error(this.unreadable, problem);
	}

	/** Why the database cannot be read to its end, or {@code null} if it can. */
	@Nullable String unreadable() {
		return this.unreadable;
	}

	/** The row is gone, or sound again. */
	void forget(long key) {
		this.keys.remove(key);
	}

	int count() {
		return this.keys.size();
	}

}
