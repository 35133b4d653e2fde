package io.github.hnswspring.replica;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.ReplicaRow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A replica notices that its truth is back as soon as anybody who uses it has.
 */
class LostTruthTests {

	@TempDir
	Path directory;

	private final MemoryTruth truth = new MemoryTruth();

	private ReplicatedVectorStore store;

	@BeforeEach
	void start() {
		this.truth.store(row("a"));
		this.store = new ReplicatedVectorStore(HnswVectorStore.builder(Replicas.model()).directory(this.directory),
				this.truth, new ReplicaSettings(Duration.ofMillis(4), Duration.ofSeconds(10), null));
		this.store.start();
	}

	@AfterEach
	void close() {
		this.truth.failure = null;
		this.store.close();
	}

	/** The pause after eleven failures is four seconds, or five. */
	@Test
	void aChangeThatSucceedsHasItLookAtOnce() throws Exception {
		lose(11);
		this.truth.failure = null;
		this.truth.store(row("of another"));
		long begun = System.nanoTime();
		this.store.add(List.of(new Document("own", "own", Map.of())));
		Replicas.await("what others have changed", () -> this.store.exists("of another"));
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(3_500));
	}

	private void lose(int failures) throws InterruptedException {
		this.truth.failure = new TruthUnavailableException("lost", null);
		this.truth.awaitFailures(failures);
	}

	private static ReplicaRow row(String id) {
		return new ReplicaRow(id, "a text", Map.of(), Replicas.model().vector(id));
	}

}
