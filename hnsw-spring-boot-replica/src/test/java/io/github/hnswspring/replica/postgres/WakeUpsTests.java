package io.github.hnswspring.replica.postgres;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Instances that look once an hour hear of each other's changes, if that is wanted.
 */
class WakeUpsTests {

	private static final String LISTENERS = "from pg_stat_activity where datname = current_database() "
			+ "and query like 'listen hnsw%'";

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private final HikariDataSource pool = this.database.pool("postgres", 10);

	@AfterEach
	void close() {
		this.pool.close();
	}

	private ReplicatedVectorStore started(String name, boolean notifies) {
		ReplicatedVectorStore store = new ReplicatedVectorStore(
				HnswVectorStore.builder(Replicas.model()).directory(this.directory.resolve(name)),
				new PostgresTruth(this.pool, Replicas.shared(), notifies), Replicas.idle());
		store.start();
		return store;
	}

	private long listeners() {
		Long count = this.database.jdbc().queryForObject("select count(*) " + LISTENERS, Long.class);
		return (count != null) ? count : 0;
	}

	@Test
	void aChangeIsHeardOfAtOnceAlsoAfterTheConnectionWasLost() {
		try (ReplicatedVectorStore writer = started("writer", true);
				ReplicatedVectorStore reader = started("reader", true)) {
			Replicas.await("both to listen", () -> listeners() == 2);
			writer.add(List.of(new Document("a", "a river", Map.of())));
			Replicas.await("the addition to be heard of", () -> reader.exists("a"));
			this.database.jdbc().queryForList("select pg_terminate_backend(pid) " + LISTENERS);
			writer.add(List.of(new Document("b", "a lake", Map.of())));
			Replicas.await("it to listen again and look", () -> reader.exists("b"));
			reader.delete(List.of("a"));
			Replicas.await("the deletion to be heard of", () -> !writer.exists("a"));
		}
		// The server may see the connections end a little later.
		Replicas.await("nobody to listen once they are closed", () -> listeners() == 0);
	}

	/**
	 * Whoever commits a {@code NOTIFY} holds a lock on the whole server until its commit
	 * has been written, which here lasts as long as the test wants: for a standby that is
	 * not there. Whatever else uses the server does not wait for that.
	 */
	@Test
	void aChangeDoesNotWaitForTheCommitOfSomebodyElseWhoNotifies() throws Exception {
		this.database.execute("create table something (n integer)");
		try (ReplicatedVectorStore loud = started("loud", true);
				ReplicatedVectorStore quiet = started("quiet", false)) {
			Replicas.await("it to listen", () -> listeners() == 1);
			this.database.execute("alter system set synchronous_standby_names = 'nobody'", "select pg_reload_conf()");
			AtomicBoolean ended = new AtomicBoolean();
			CompletableFuture<Void> somebodyElse = Concurrently.run(() -> {
				// Until the server has read its settings again.
				while (!ended.get()) {
					this.database.execute("set synchronous_commit = on", "begin", "insert into something values (1)",
							"notify something", "commit");
				}
			});
			try {
				Replicas.await("somebody else to be held up", this::somebodyIsHeldUp);
				loud.add(List.of(new Document("a", "a river", Map.of())));
				quiet.add(List.of(new Document("b", "a lake", Map.of())));
				assertThat(quiet.exists("a")).isTrue();
				Concurrently.run(PostgresServer::database).get(60, TimeUnit.SECONDS);
				assertThat(somebodyElse).isNotDone();
			}
			finally {
				ended.set(true);
				this.database.execute("alter system reset synchronous_standby_names", "select pg_reload_conf()");
			}
			somebodyElse.get(60, TimeUnit.SECONDS);
			quiet.delete(List.of("b"));
			loud.delete(List.of("a"));
			assertThat(loud.count()).isZero();
		}
	}

	private boolean somebodyIsHeldUp() {
		return this.database.jdbc()
			.queryForObject("select count(*) from pg_stat_activity where wait_event = 'SyncRep'", Long.class) > 0;
	}

	@Test
	void nobodyListensUnlessThatIsWanted() throws Exception {
		try (ReplicatedVectorStore writer = started("writer", false);
				ReplicatedVectorStore reader = started("reader", false)) {
			writer.add(List.of(new Document("a", "a river", Map.of())));
			Thread.sleep(Duration.ofMillis(500).toMillis());
			assertThat(reader.exists("a")).isFalse();
			assertThat(listeners()).isZero();
			reader.awaitPosition(writer.position(), Replicas.PATIENCE);
			assertThat(reader.exists("a")).isTrue();
		}
	}

}
