package io.github.hnswspring.replica.attach;

import java.time.Duration;
import java.util.Objects;

import io.github.hnswspring.replica.ReplicaConfigurationException;
import io.github.hnswspring.replica.database.SqlStates;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Puts the log of changes and its triggers beside a table, and keeps the log short.
 * Stateless.
 */
final class Installation {

	private static final Log logger = LogFactory.getLog(Installation.class);

	/** Of the rows in the log that say what it is. */
	private static final int VERSION = 1;

	private final AttachSettings settings;

	Installation(AttachSettings settings) {
		this.settings = settings;
	}

	/** Puts there what is missing, and has the log be of this database. */
	void complete(JdbcTemplate jdbc, PgVectorTable table) {
		AttachedObjects objects = new AttachedObjects(table);
		if (!isComplete(jdbc, table, objects)) {
			install(jdbc, table, objects);
		}
		requireReadable(jdbc, table, objects);
		requireKnownVersion(jdbc, table, objects);
		adopt(jdbc, table, objects);
	}

	private static boolean isComplete(JdbcTemplate jdbc, PgVectorTable table, AttachedObjects objects) {
		return Boolean.TRUE.equals(jdbc.queryForObject("""
				select to_regclass(?) is not null and to_regclass(?) is not null and (select count(*) from pg_trigger t
				where t.tgrelid = ? and t.tgname like 'hnsw\\_replica\\_%%' and t.tgenabled in ('O', 'A')) >= ?
				and exists (select 1 from pg_attribute a where a.attrelid = to_regclass(?) and a.attname = 'id'
				and a.atttypid in (%s))""".formatted(objects.idTypes()), Boolean.class, objects.changes(),
				objects.log(), table.oid(), TableState.TRIGGERS, objects.changes()));
	}

	private void install(JdbcTemplate jdbc, PgVectorTable table, AttachedObjects objects) {
		String role = Objects.requireNonNull(jdbc.queryForObject("select current_user", String.class));
		String sql = objects.attachSql(role);
		if (!this.settings.installTriggers()) {
			throw cannot(table,
					"and this application is not to put them there (hnsw.replica.attach.install-triggers=false)", sql,
					null);
		}
		// Instances that start together come one after the other.
		jdbc.query("select pg_advisory_xact_lock(hashtext(?))", (row) -> {
		}, "hnsw replica " + table.sqlName());
		if (isComplete(jdbc, table, objects)) {
			return;
		}
		try {
			jdbc.execute(sql);
		}
		catch (DataAccessException ex) {
			if (SqlStates.of(ex).equals(SqlStates.NO_RIGHT)) {
				throw cannot(table, "and user '" + role + "' may not put them there (" + SqlStates.reason(ex) + ")",
						sql, ex);
			}
			throw ex;
		}
		logger.info("Table " + table.sqlName() + " has triggers now that note its changes in " + objects.changes()
				+ "; docs/replicas.md says how to remove them");
	}

	private static ReplicaConfigurationException cannot(PgVectorTable table, String why, String sql,
			@Nullable Throwable cause) {
		return new ReplicaConfigurationException(
				"Table " + table.sqlName() + " cannot be followed: it has no triggers that note its changes, " + why
						+ ".",
				"Have the owner of the table run this, in one transaction, and start again:\n\n" + sql, cause);
	}

	private static void requireReadable(JdbcTemplate jdbc, PgVectorTable table, AttachedObjects objects) {
		boolean may = Boolean.TRUE.equals(jdbc.queryForObject("""
				select has_table_privilege(?, 'select') and has_table_privilege(?, 'select')
				and has_table_privilege(?, 'select, update') and has_table_privilege(?, 'delete')""", Boolean.class,
				table.sqlName(), objects.changes(), objects.log(), objects.changes()));
		if (!may) {
			String role = PgVectorTable
				.quoted(Objects.requireNonNull(jdbc.queryForObject("select current_user", String.class)));
			throw new ReplicaConfigurationException(
					"Table " + table.sqlName() + " cannot be followed: user " + role
							+ " may not read it, or not read and shorten the log of its changes.",
					"Have their owner run this and start again:\n\ngrant select on " + table.sqlName() + " to " + role
							+ ";\ngrant select, delete on " + objects.changes() + " to " + role
							+ ";\ngrant select, update on " + objects.log() + " to " + role + ";",
					null);
		}
	}

	private static void requireKnownVersion(JdbcTemplate jdbc, PgVectorTable table, AttachedObjects objects) {
		Integer version = jdbc.queryForObject("select max(version) from " + objects.log(), Integer.class);
		if (version == null || version > VERSION) {
			throw new ReplicaConfigurationException(
					"The log of changes of table " + table.sqlName() + " has version " + version
							+ ", and this library knows versions up to " + VERSION + ".",
					"Use the newer version of hnsw-spring-boot-replica that made it, or run its detach.sql first.",
					null);
		}
	}

	/**
	 * The numbers of transactions in a log that came from a dump are those of another
	 * server: its rows say nothing here, and might for ever seem to be new.
	 */
	private static void adopt(JdbcTemplate jdbc, PgVectorTable table, AttachedObjects objects) {
		TableState state = TableState.read(jdbc, table, objects, null, Duration.ZERO);
		if (state.isAdopted()) {
			return;
		}
		int adopted = jdbc.update(
				"update " + objects.log()
						+ " set origin = ?, trimmed = '0', epoch = gen_random_uuid() where origin <> ?",
				state.origin(), state.origin());
		if (adopted > 0) {
			jdbc.update("delete from " + objects.changes());
		}
	}

	/**
	 * Removes changes that are older than they have to be, and notes up to where. The
	 * last one stays, as it tells whether the database has the past that a replica knows.
	 */
	int trim(JdbcTemplate jdbc, PgVectorTable table) {
		AttachedObjects objects = new AttachedObjects(table);
		return jdbc.update("""
				with gone as (delete from %1$s where at < clock_timestamp() - ? * interval '1 millisecond'
				and xid < pg_snapshot_xmin(pg_current_snapshot()) and seq < (select max(seq) from %1$s) returning xid)
				update %2$s set trimmed = greatest(trimmed, (select g.xid from gone g order by g.xid desc limit 1))
				where exists (select 1 from gone)""".formatted(objects.changes(), objects.log()),
				this.settings.retention().toMillis());
	}

}
