package io.github.hnswspring.replica.postgres;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What instances hold for a while: contents that they are about to embed, and leases.
 * Rows rather than locks, since embedding takes longer than a transaction should; what is
 * not renewed ends by itself, by the clock of the database. Confined to one transaction.
 */
final class Holdings {

	/** How long it lasts without being renewed. */
	private static final String LEASE = "interval '30 seconds'";

	private static final String CLAIM = """
			insert into hnsw.claim as c (store, content_hash, holder, until)
			select ?::integer, u.content_hash, ?::uuid, clock_timestamp() + %1$s
			from unnest(?::bytea[]) as u(content_hash) order by u.content_hash
			on conflict (store, content_hash) do update set holder = excluded.holder, until = excluded.until
			where c.until < clock_timestamp() returning content_hash""".formatted(LEASE);

	private static final String TAKE_LEASE = """
			insert into hnsw.lease as l (store, name, holder, until)
			values (?::integer, ?, ?::uuid, clock_timestamp() + %1$s)
			on conflict (store, name) do update set holder = excluded.holder, until = excluded.until
			where l.until < clock_timestamp() or l.holder = excluded.holder returning name""".formatted(LEASE);

	private static final List<Table> TABLES = List.of(new Table("hnsw.claim", "content_hash"),
			new Table("hnsw.lease", "name"));

	private final JdbcTemplate jdbc;

	private final int store;

	Holdings(JdbcTemplate jdbc, int store) {
		this.jdbc = jdbc;
		this.store = store;
	}

	/** Takes contents that are free or whose holder has gone. */
	Collection<byte[]> claim(UUID holder, Collection<byte[]> contents) {
		List<byte[]> claimed = new ArrayList<>();
		this.jdbc.query(CLAIM, (statement) -> {
			statement.setInt(1, this.store);
			statement.setObject(2, holder);
			statement.setArray(3, statement.getConnection().createArrayOf("bytea", contents.toArray(new byte[0][])));
		}, (row) -> {
			claimed.add(row.getBytes(1));
		});
		return claimed;
	}

	/** Whether somebody who has not gone has any of some contents. */
	boolean isClaimed(Collection<byte[]> contents) {
		return !this.jdbc.query("""
				select 1 from hnsw.claim c where c.store = ? and c.content_hash = any (?)
				and c.until >= clock_timestamp() limit 1""", (statement) -> {
			statement.setInt(1, this.store);
			statement.setArray(2, statement.getConnection().createArrayOf("bytea", contents.toArray(new byte[0][])));
		}, (row, index) -> row.getInt(1)).isEmpty();
	}

	/** Takes a lease that is free, has ended, or is the holder's own. */
	boolean lease(String name, UUID holder) {
		return !this.jdbc.queryForList(TAKE_LEASE, String.class, this.store, name, holder).isEmpty();
	}

	void renew(List<UUID> holders) {
		for (Table table : TABLES) {
			change("update " + table.name() + " set until = clock_timestamp() + " + LEASE + table.heldBy(), holders);
		}
	}

	void release(UUID holder) {
		for (Table table : TABLES) {
			change("delete from " + table.name() + table.heldBy(), List.of(holder));
		}
	}

	private void change(String sql, List<UUID> holders) {
		this.jdbc.update(sql, (statement) -> {
			statement.setInt(1, this.store);
			statement.setInt(2, this.store);
			statement.setArray(3, statement.getConnection().createArrayOf("uuid", holders.toArray(new UUID[0])));
		});
	}

	/** Removes what those have left who have gone. */
	void trim() {
		for (Table table : TABLES) {
			this.jdbc.update(
					"delete from " + table.name() + " where store = ? and until < clock_timestamp() - " + LEASE,
					this.store);
		}
	}

	/** A table, and what its rows are called within a store. */
	private record Table(String name, String key) {

		/**
		 * Rows of some holders, locked in the order in which they are claimed, so that
		 * nobody waits in a circle.
		 */
		String heldBy() {
			return " where store = ? and " + this.key + " in (select h." + this.key + " from " + this.name
					+ " h where h.store = ? and h.holder = any (?) order by h." + this.key + " for update)";
		}

	}

}
