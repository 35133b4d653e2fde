package io.github.hnswspring.replica.attach;

import java.util.concurrent.TimeUnit;

import io.github.hnswspring.replica.TruthUnavailableException;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * So many instances read all of a table at once, so that ten that start together do not
 * read it ten times side by side. A place is a lock that the server itself lets go of at
 * the end of the transaction, and so also when the instance that has it dies. Stateless.
 */
final class Readers {

	/** One alone would leave the database idle while it stores what it has read. */
	static final int AT_ONCE = 2;

	private static final long PAUSE_MILLIS = 250;

	private Readers() {
	}

	/**
	 * Takes a place if one is free.
	 * @param jdbc in the transaction that reads
	 */
	static boolean mayRead(JdbcTemplate jdbc, PgVectorTable table) {
		for (int place = 0; place < AT_ONCE; place++) {
			if (Boolean.TRUE.equals(jdbc.queryForObject("select pg_try_advisory_xact_lock(hashtext(?), ?)",
					Boolean.class, lock(table), place))) {
				return true;
			}
		}
		return false;
	}

	/** What is locked, before it is hashed. */
	static String lock(PgVectorTable table) {
		return "hnsw replica reads " + table.sqlName();
	}

	/** Without a connection: one that waits keeps nobody from anything. */
	static void pause(String table) {
		try {
			TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new TruthUnavailableException("Interrupted while waiting to read " + table, ex);
		}
	}

}
