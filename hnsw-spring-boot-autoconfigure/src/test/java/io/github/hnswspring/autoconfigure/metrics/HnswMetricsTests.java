package io.github.hnswspring.autoconfigure.metrics;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The meters of one store, with or without an application around it. */
class HnswMetricsTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(4, "words");

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = HnswVectorStore.builder(this.model).directory(this.directory).build();
		this.store.start();
		new HnswMetrics(this.store, "mine").bindTo(this.registry);
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private double gauge(String name) {
		return this.registry.get(name).tag("store", "mine").gauge().value();
	}

	private long timed(String name, String outcome) {
		return this.registry.get(name).tags("store", "mine", "outcome", outcome).timer().count();
	}

	@Test
	void everyMeterSaysWhichStoreItIsOfAndWhatItMeasures() {
		assertThat(this.registry.getMeters()).allSatisfy((meter) -> {
			assertThat(meter.getId().getTag("store")).isEqualTo("mine");
			assertThat(meter.getId().getDescription()).isNotBlank();
		})
			.extracting(Meter::getId)
			.extracting(Meter.Id::getName)
			.containsOnly("hnsw.documents", "hnsw.index.bytes", "hnsw.snapshot.pending", "hnsw.embeddings.computed",
					"hnsw.embeddings.reused", "hnsw.search", "hnsw.add", "hnsw.progress", "hnsw.progress.remaining",
					"hnsw.progress.idle");
	}

	@Test
	void bothOutcomesAreThereBeforeAnythingHappened() {
		for (String outcome : List.of("success", "failure")) {
			assertThat(timed("hnsw.search", outcome)).isZero();
			assertThat(timed("hnsw.add", outcome)).isZero();
		}
	}

	@Test
	void whatIsNotInTheFilesYetIsPendingUntilItIsSaved() {
		this.store.add(List.of(new Document("a", "river", Map.of()), new Document("b", "mountain", Map.of())));
		assertThat(gauge("hnsw.snapshot.pending")).isEqualTo(2);
		this.store.compact();
		assertThat(gauge("hnsw.snapshot.pending")).isZero();
	}

	@Test
	void anAddThatFailsIsTimedAsAFailure() {
		this.model.failFromCall(1);
		assertThatExceptionOfType(PartialAddException.class)
			.isThrownBy(() -> this.store.add(List.of(new Document("a", "river", Map.of()))));
		assertThat(timed("hnsw.add", "failure")).isEqualTo(1);
		assertThat(timed("hnsw.add", "success")).isZero();
		assertThat(gauge("hnsw.documents")).isZero();
	}

	@Test
	void aStoppedStoreIsMeasuredWithoutOpeningIt() {
		this.store.add(List.of(new Document("a", "river", Map.of())));
		this.store.stop();
		assertThat(gauge("hnsw.documents")).isZero();
		assertThat(gauge("hnsw.snapshot.pending")).isZero();
		assertThat(this.registry.get("hnsw.embeddings.computed").functionCounter().count()).isEqualTo(1);
		assertThat(this.store.isRunning()).isFalse();
	}

}
