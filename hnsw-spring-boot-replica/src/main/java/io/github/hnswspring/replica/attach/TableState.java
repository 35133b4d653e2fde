package io.github.hnswspring.replica.attach;

import java.time.Duration;
import java.util.Objects;

import io.github.hnswspring.replica.ResyncReason;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What a table and the log of its changes are at one moment.
 *
 * @param position that moment
 * @param origin the server and database, which the log should be of
 * @param logOrigin what the log is of
 * @param tableOid of the table that has the name now, 0 if none has
 * @param triggers how many of the triggers are on it and fire
 * @param trimmed the log may lack changes up to this transaction
 * @param types of the columns of that table, as {@link PgVectorTable#types} has them
 * @param stamp of the former position's witness now, or {@code null} if that is gone
 */
record TableState(TablePosition position, String origin, String logOrigin, long tableOid, int triggers, long trimmed,
		@Nullable String types, @Nullable String stamp) {

	static final int TRIGGERS = 4;

	/** When the server was started, in SQL, in milliseconds since 1970. */
	static final String START = "(extract(epoch from pg_postmaster_start_time()) * 1000)::bigint";

	/**
	 * Reads it; to be called in a transaction that reads all else in the same snapshot.
	 * The first eight digits of the log's file name are the timeline, which changes with
	 * a failover or a restored backup.
	 * @param patience how long the transaction may wait for a lock from here on; zero for
	 * as long as it takes
	 */
	static TableState read(JdbcTemplate jdbc, PgVectorTable table, AttachedObjects objects,
			@Nullable TablePosition from, Duration patience) {
		return Objects.requireNonNull(jdbc.queryForObject("""
				select pg_current_snapshot()::text, c.system_identifier || '/' || d.oid || '/'
				|| case when pg_is_in_recovery() then '-' else left(pg_walfile_name(pg_current_wal_lsn()), 8) end,
				l.origin, coalesce(to_regclass(?)::oid::bigint, 0), ?::regclass::oid::bigint, l.epoch::text,
				(select count(*) from pg_trigger t where t.tgrelid = to_regclass(?)
				and t.tgname like 'hnsw\\_replica\\_%%' and t.tgenabled in ('O', 'A')),
				l.trimmed::text, (select w.seq || ':' || w.stamp from %1$s w order by w.seq desc limit 1),
				(select f.stamp::text from %1$s f where f.seq = ?), %3$s, (%4$s),
				set_config('lock_timeout', ?, true)
				from %2$s l, pg_control_system() c, pg_database d where d.datname = current_database()"""
			.formatted(objects.changes(), objects.log(), START, PgVectorTable.TYPES.formatted("to_regclass(?)")),
				(row, number) -> {
					String identity = row.getString(2) + "/" + row.getLong(4) + "/" + row.getLong(5) + "/"
							+ row.getString(6);
					String witness = row.getString(9);
					return new TableState(
							new TablePosition(identity, row.getLong(11), row.getString(1),
									(witness != null) ? witness : TablePosition.NO_WITNESS),
							row.getString(2), row.getString(3), row.getLong(4), row.getInt(7),
							Long.parseUnsignedLong(row.getString(8)), row.getString(12), row.getString(10));
				}, table.sqlName(), objects.changes(), table.sqlName(), (from != null) ? from.witnessNumber() : -1L,
				table.sqlName(), patience.toMillis() + "ms"));
	}

	/** Whether the log was written for another server or database, or is new. */
	boolean isAdopted() {
		return this.origin.equals(this.logOrigin);
	}

	/**
	 * Whether the table is still the one whose catalog was read, and has its triggers.
	 */
	boolean isOf(PgVectorTable table) {
		return this.tableOid == table.oid() && table.types().equals(this.types) && this.triggers >= TRIGGERS;
	}

	/** Whether no transaction has ended since a position. */
	boolean isUnchangedSince(TablePosition from) {
		return this.position.snapshot().equals(from.snapshot());
	}

	/** Why changes do not tell what has happened since a position, or {@code null}. */
	@Nullable ResyncReason reasonToResync(@Nullable TablePosition from) {
		if (from == null) {
			return ResyncReason.FIRST;
		}
		if (!from.identity().equals(this.position.identity())) {
			return ResyncReason.OTHER_TRUTH;
		}
		if (this.position.isAfterRestart(from)) {
			return ResyncReason.RESTARTED;
		}
		if (this.position.xmax() < from.xmax() || this.position.xmin() < from.xmin()) {
			return ResyncReason.OTHER_HISTORY;
		}
		if (this.trimmed >= from.xmin()) {
			return ResyncReason.LOG_TRIMMED;
		}
		String witness = from.witness();
		boolean known = witness.equals(TablePosition.NO_WITNESS)
				|| (this.stamp != null && witness.endsWith(":" + this.stamp));
		return known ? null : (this.stamp == null) ? ResyncReason.LOG_TRIMMED : ResyncReason.OTHER_HISTORY;
	}

}
