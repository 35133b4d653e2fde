package io.github.hnswspring.replica.attach;

import io.github.hnswspring.replica.FirstCopies;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Places of those that read all of a table. One is a lock that the server itself lets go
 * of at the end of the transaction, and so also when the instance that has it dies.
 * Stateless.
 */
final class Readers {

	private Readers() {
	}

	/**
	 * Takes a place if one is free.
	 * @param jdbc in the transaction that reads
	 */
	static boolean mayRead(JdbcTemplate jdbc, PgVectorTable table) {
		for (int place = 0; place < FirstCopies.AT_ONCE; place++) {
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

}
