package io.github.hnswspring.replica.postgres;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.replica.PostgresServer;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.PositionNotReachedException;
import io.github.hnswspring.vectorstore.UnknownPositionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Own writes are found on another instance that is told to have them, in tables of our
 * own as in a table that is followed.
 */
class SharedReadsTests {

	private static final int READS = Integer.getInteger("hnsw.replica.own-reads", 120);

	private static final int WRITERS = 3;

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	@TempDir
	Path directory;

	private final PostgresServer.Database database = PostgresServer.database();

	private final HikariDataSource pool = this.database.pool("postgres", 10);

	private ReplicatedVectorStore writer;

	private ReplicatedVectorStore reader;

	@BeforeEach
	void start() {
		this.writer = started("writer", Replicas.shared());
		this.reader = started("reader", Replicas.shared());
	}

	private ReplicatedVectorStore started(String name, PostgresSettings settings) {
		ReplicatedVectorStore store = Replicas.shared(this.pool, settings, Replicas.idle(),
				this.directory.resolve(name), (builder) -> {
				});
		store.start();
		return store;
	}

	@AfterEach
	void close() {
		this.writer.close();
		this.reader.close();
		this.pool.close();
	}

	@Test
	void noOwnReadIsOlderThanTheOwnWriteBeforeIt() throws Exception {
		AtomicInteger older = new AtomicInteger();
		List<CompletableFuture<Void>> writers = new ArrayList<>();
		for (int writer = 0; writer < WRITERS; writer++) {
			int own = writer;
			writers.add(Concurrently.run(() -> {
				for (int number = 0; number < READS / WRITERS; number++) {
					String position = this.writer.addAndGetPosition(List.of(document("w" + own, number, own)));
					if (found(own, position) < number) {
						older.incrementAndGet();
					}
				}
			}));
		}
		for (CompletableFuture<Void> each : writers) {
			each.get(10, TimeUnit.MINUTES);
		}
		assertThat(older).hasValue(0);
		assertThat(Replicas.digests(this.reader)).isEqualTo(Replicas.digests(this.database, "default"));
	}

	@Test
	void whateverChangesADocumentIsInAPosition() {
		this.writer.add(List.of(document("a", 1, 0), document("b", 2, 1)));
		this.writer.updateMetadata(List.of("a"), MetadataChanges.set("n", 7));
		assertThat(found(0, this.writer.position())).isEqualTo(7);
		this.writer.delete("n == 7");
		assertThat(found(0, this.writer.position())).isEqualTo(-1);
		this.reader.updateMetadata(List.of("b"), MetadataChanges.set("n", 8));
		String position = this.reader.position();
		assertThatThrownBy(() -> this.writer.awaitPosition(position, Duration.ZERO))
			.isInstanceOf(PositionNotReachedException.class);
		this.writer.awaitPosition(position, PATIENCE);
		assertThat(Replicas.digests(this.writer)).isEqualTo(Replicas.digests(this.database, "default"));
	}

	@Test
	void aPositionOfAnotherStoreInTheSameDatabaseIsRefused() {
		try (ReplicatedVectorStore other = started("other",
				new PostgresSettings("other", null, true, Duration.ofDays(1), Duration.ofSeconds(10)))) {
			String position = other.addAndGetPosition(List.of(document("a", 1, 0)));
			assertThatThrownBy(() -> this.reader.awaitPosition(position, Duration.ofHours(1)))
				.isInstanceOf(UnknownPositionException.class);
		}
	}

	/** The number of a writer's document on the reader, -1 if it is not there. */
	private int found(int writer, String position) {
		List<Document> found = this.reader.similaritySearch(
				HnswSearchRequest.of(SearchRequest.builder().query("a river").topK(1).similarityThresholdAll().build())
					.withFilterExpression("w == " + writer)
					.withMinimumPosition(position, PATIENCE));
		return found.isEmpty() ? -1 : ((Number) found.get(0).getMetadata().get("n")).intValue();
	}

	private static Document document(String id, int number, int writer) {
		return new Document(id, "a river", Map.of("n", number, "w", writer));
	}

}
