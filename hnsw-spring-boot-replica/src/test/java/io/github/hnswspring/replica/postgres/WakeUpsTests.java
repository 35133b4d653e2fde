package io.github.hnswspring.replica.postgres;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
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
		assertThat(listeners()).as("once they are closed").isZero();
	}

	@Test
	void nobodyListensUnlessThatIsWanted() throws Exception {
		try (ReplicatedVectorStore writer = started("writer", false);
				ReplicatedVectorStore reader = started("reader", false)) {
			writer.add(List.of(new Document("a", "a river", Map.of())));
			Thread.sleep(Duration.ofMillis(500).toMillis());
			assertThat(reader.exists("a")).isFalse();
			assertThat(listeners()).isZero();
			reader.awaitPosition(writer.position(), Duration.ofSeconds(10));
			assertThat(reader.exists("a")).isTrue();
		}
	}

}
