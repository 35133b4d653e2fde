package io.github.hnswspring.replica;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stop does not wait for a database that does not answer, and leaves a replica that
 * goes on at the next start.
 */
class StopTests {

	private static final Duration LONGEST = Duration.ofSeconds(10);

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	/** Waits for half a minute, as pools do, for its only connection. */
	private final HikariDataSource pool = this.database.pool("postgres", 1);

	private final ReplicaSettings settings = new ReplicaSettings(Duration.ofMillis(10), Duration.ofSeconds(2), null);

	private ReplicatedVectorStore store;

	@AfterEach
	void close() {
		this.store.close();
		this.pool.close();
	}

	private void shared() {
		this.store = Replicas.shared(this.pool, Replicas.shared(), this.settings, this.directory, (builder) -> {
		});
		this.store.start();
	}

	@Test
	void aConnectionThatIsAskedForIsNotWaitedFor() throws Exception {
		shared();
		assertStopsWithoutConnection();
	}

	@Test
	void norIsOneThatIsAskedForWhenItIsUsed() throws Exception {
		this.store = Replicas.shared(new LazyConnectionDataSourceProxy(this.pool), Replicas.shared(), this.settings,
				this.directory, (builder) -> {
				});
		this.store.start();
		assertStopsWithoutConnection();
	}

	@Test
	void norIsOneForATableThatIsThereAlready() throws Exception {
		this.database.execute(Replicas.table("docs", "text", "jsonb"));
		this.store = Replicas.started(this.pool, "docs", this.settings, this.directory);
		assertStopsWithoutConnection();
	}

	private void assertStopsWithoutConnection() throws Exception {
		this.store.add(List.of(document("a")));
		try (Connection only = this.pool.getConnection()) {
			Replicas.await("the follower to wait",
					() -> this.pool.getHikariPoolMXBean().getThreadsAwaitingConnection() > 0);
			assertStopsSoon();
			assertThat(only.isValid(1)).isTrue();
		}
		this.store.start();
		this.store.add(List.of(document("b")));
		assertThat(this.store.count()).isEqualTo(2);
	}

	@Test
	void anAnswerToAQuestionIsNotWaitedFor() throws Exception {
		shared();
		this.store.add(List.of(document("a")));
		JdbcTemplate jdbc = this.database.jdbc();
		try (Connection other = this.database.plain().getConnection()) {
			other.setAutoCommit(false);
			other.createStatement().execute("lock table hnsw.store in access exclusive mode");
			Replicas.await("the follower to wait", () -> Boolean.TRUE
				.equals(jdbc.queryForObject("select exists (select from pg_locks where not granted)", Boolean.class)));
			assertStopsSoon();
		}
		this.store.start();
		this.store.add(List.of(document("b")));
		assertThat(Replicas.digests(this.store)).hasSize(2).isEqualTo(Replicas.digests(this.database, "default"));
	}

	private static Document document(String id) {
		return new Document(id, "a river", Map.of("n", 1));
	}

	private void assertStopsSoon() {
		long begun = System.nanoTime();
		this.store.stop();
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LONGEST);
		assertThat(Thread.getAllStackTraces().keySet()).noneMatch((each) -> each.getName().equals("hnsw-replica"));
	}

}
