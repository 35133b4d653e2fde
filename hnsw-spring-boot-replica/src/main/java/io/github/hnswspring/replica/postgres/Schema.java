package io.github.hnswspring.replica.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.hnswspring.replica.ReplicaConfigurationException;
import io.github.hnswspring.replica.database.SqlStates;
import io.github.hnswspring.replica.database.TruthDatabase;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The tables, by numbered steps that are taken once for a database, whoever takes them.
 * Stateless.
 */
final class Schema {

	private static final Log logger = LogFactory.getLog(Schema.class);

	private static final List<String> STEPS = List.of("001-tables.sql", "002-published.sql");

	/** Something of that name is there: somebody else has taken the step. */
	private static final Set<String> TAKEN = Set.of("42P06", "42P07", "23505", "40001", "40P01");

	private static final int ATTEMPTS = 5;

	private static final String PRIVILEGES = """
			select has_schema_privilege('hnsw', 'usage') and has_table_privilege('hnsw.step', 'select')
			and has_table_privilege('hnsw.store', 'select') and has_table_privilege('hnsw.store', 'insert')
			and has_table_privilege('hnsw.store', 'update') and has_table_privilege('hnsw.document', 'select')
			and has_table_privilege('hnsw.document', 'insert') and has_table_privilege('hnsw.document', 'update')
			and has_table_privilege('hnsw.document', 'delete') and has_table_privilege('hnsw.change', 'select')
			and has_table_privilege('hnsw.change', 'insert') and has_table_privilege('hnsw.change', 'delete')
			and has_table_privilege('hnsw.claim', 'select') and has_table_privilege('hnsw.claim', 'insert')
			and has_table_privilege('hnsw.claim', 'update') and has_table_privilege('hnsw.claim', 'delete')
			and has_table_privilege('hnsw.lease', 'select') and has_table_privilege('hnsw.lease', 'insert')
			and has_table_privilege('hnsw.lease', 'update') and has_table_privilege('hnsw.lease', 'delete')""";

	private static final String PRIVILEGES_TO_PUBLISH = """
			select has_table_privilege('hnsw.published', 'select') and has_table_privilege('hnsw.published', 'insert')
			and has_table_privilege('hnsw.published', 'update')
			and has_table_privilege('hnsw.published_part', 'select')
			and has_table_privilege('hnsw.published_part', 'insert')
			and has_table_privilege('hnsw.published_part', 'delete')""";

	private final TruthDatabase database;

	private final boolean create;

	private final Duration silence;

	/** The last step this instance needs. */
	private volatile int needed = 1;

	Schema(TruthDatabase database, boolean create, Duration silence) {
		this.database = database;
		this.create = create;
		this.silence = silence;
	}

	/**
	 * The tables for copies that are published are made by who uses them: others need no
	 * rights for them, and an older version of this library goes on beside them.
	 */
	void needPublished() {
		this.needed = STEPS.size();
	}

	/**
	 * Takes the steps that are missing, and sees that the tables can be used.
	 * @param gone what to say if there are none at all although there should be, or
	 * {@code null} if there need not be: nobody is to find tables made anew while a
	 * backup is being restored
	 */
	void complete(@Nullable RuntimeException gone) {
		for (int attempt = 1;; attempt++) {
			int version = version();
			if (version == 0 && gone != null) {
				throw gone;
			}
			if (version > STEPS.size()) {
				throw new ReplicaConfigurationException(
						"The tables of schema hnsw have version " + version + ", and this library knows versions up to "
								+ STEPS.size() + ".",
						"Use the version of hnsw-spring-boot-replica that made them, or a newer one.", null);
			}
			if (version >= this.needed) {
				requireRights();
				return;
			}
			takeStep(version, attempt);
		}
	}

	/** The last step that was taken, 0 for none. */
	private int version() {
		return this.database.write("Looking for the tables of schema hnsw", this.silence, (jdbc) -> {
			// Without the right to look into the schema it is not known what is there.
			List<@Nullable Boolean> visible = jdbc.queryForList(
					"select has_schema_privilege(n.nspname, 'usage') from pg_namespace n where n.nspname = 'hnsw'",
					Boolean.class);
			if (visible.isEmpty()) {
				return 0;
			}
			if (!Boolean.TRUE.equals(visible.get(0))) {
				throw withoutRights(role(jdbc), null);
			}
			Long tables = jdbc.queryForObject("""
					select count(*) from information_schema.tables
					where table_schema = 'hnsw' and table_name = 'step'""", Long.class);
			if (tables == null || tables == 0) {
				// Nor is a table shown that this user may do nothing with.
				return 0;
			}
			Integer last = jdbc.queryForObject("select coalesce(max(number), 0) from hnsw.step", Integer.class);
			return Objects.requireNonNull(last);
		});
	}

	private void takeStep(int version, int attempt) {
		try {
			this.database.write("Making the tables of schema hnsw", this.silence, (jdbc) -> {
				if (!this.create) {
					throw cannot(version, "and this application is not to make them (hnsw.replica.create-tables=false)",
							role(jdbc), null);
				}
				if (version > 0) {
					// Instances that start together come one after the other.
					jdbc.queryForList("select number from hnsw.step where number = ? for update", Integer.class,
							version);
				}
				jdbc.execute(text(STEPS.get(version)));
				return version + 1;
			});
			logger.info("The tables of schema hnsw have version " + (version + 1) + " now");
		}
		catch (RuntimeException ex) {
			String state = SqlStates.of(ex);
			if (state.equals(SqlStates.NO_RIGHT)) {
				String role = this.database.read("Asking for the user", this.silence, Schema::role);
				throw cannot(version, "and user '" + role + "' may not make them (" + SqlStates.reason(ex) + ")", role,
						ex);
			}
			if (attempt >= ATTEMPTS || !TAKEN.contains(state)) {
				throw ex;
			}
		}
	}

	private void requireRights() {
		this.database.read("Looking at the tables of schema hnsw", this.silence, (jdbc) -> {
			if (!Boolean.TRUE.equals(jdbc.queryForObject(PRIVILEGES, Boolean.class)) || (isPublished()
					&& !Boolean.TRUE.equals(jdbc.queryForObject(PRIVILEGES_TO_PUBLISH, Boolean.class)))) {
				throw withoutRights(role(jdbc), null);
			}
			return true;
		});
	}

	private boolean isPublished() {
		return this.needed > 1;
	}

	private ReplicaConfigurationException withoutRights(String role, @Nullable Throwable cause) {
		return new ReplicaConfigurationException(
				"User '" + role + "' may not use the tables of schema hnsw, which replicas share.",
				"Have their owner run this and start again:\n\n" + grants(role), cause);
	}

	private ReplicaConfigurationException cannot(int version, String why, String role, @Nullable Throwable cause) {
		String missing = (version == 0) ? "There are no tables that replicas share in schema hnsw, "
				: "The tables of schema hnsw have version " + version + ", this application needs version "
						+ this.needed + ", ";
		String sql = STEPS.subList(version, this.needed).stream().map(Schema::text).collect(Collectors.joining("\n"));
		return new ReplicaConfigurationException(missing + why + ".",
				"Have somebody who may run this, in one transaction, and start again:\n\n" + sql + "\n" + grants(role),
				cause);
	}

	private static String role(JdbcTemplate jdbc) {
		return Objects.requireNonNull(jdbc.queryForObject("select current_user", String.class));
	}

	private String grants(String role) {
		return text("grants.sql").lines()
			.filter((line) -> isPublished() || !line.contains("hnsw.published"))
			.collect(Collectors.joining("\n", "", "\n"))
			.replace("${role}", '"' + role.replace("\"", "\"\"") + '"');
	}

	private static String text(String file) {
		try (InputStream input = Objects.requireNonNull(Schema.class.getResourceAsStream(file))) {
			return new String(input.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
