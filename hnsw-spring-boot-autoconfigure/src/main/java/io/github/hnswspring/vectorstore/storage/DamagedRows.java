package io.github.hnswspring.vectorstore.storage;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.CorruptStoreException;

/**
 * Rows found damaged since the start: logged once each and counted for health, because
 * work in the background has no caller that could catch an exception. Thread-safe.
 */
public final class DamagedRows {

	private static final Log logger = LogFactory.getLog(DamagedRows.class);

	private final Path file;

	private volatile @Nullable String problem;

	private final Set<Long> keys = ConcurrentHashMap.newKeySet();

	DamagedRows(Path file) {
		this.file = file;
	}

	public void note(DamagedRowException damaged) {
		if (this.keys.add(damaged.key())) {
			logger.error(CorruptStoreException
				.ofDocument(this.file, damaged.key(), String.valueOf(damaged.getMessage()), damaged)
				.getMessage());
		}
	}

	/** What is wrong with the database beside single rows. */
	public void noteProblem(RuntimeException found) {
		this.problem = found.getMessage();
		logger.error(this.problem, found.getCause());
	}

	/** What is wrong beside single rows, or {@code null} if nothing is known to be. */
	public @Nullable String problem() {
		return this.problem;
	}

	/** The row is gone, or sound again. */
	public void forget(long key) {
		this.keys.remove(key);
	}

	public int count() {
		return this.keys.size();
	}

}
