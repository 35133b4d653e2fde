package io.github.hnswspring.vectorstore.derived;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexParameters;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.StoreStatus;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.ai.document.Document;

import static io.github.hnswspring.vectorstore.StoreFixture.addDirectly;
import static io.github.hnswspring.vectorstore.StoreFixture.assertFindsEach;
import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * After a change of a parameter the former index answers until the new one is done, which
 * goes on where it was when the application is stopped meanwhile.
 */
class ChangedParametersTests {

	private static final int DOCUMENTS = 3_000;

	private static final IndexParameters FORMER = new IndexParameters(8, 40, Quantization.bits(4));

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(96, "words");

	private final AtomicInteger chunks = new AtomicInteger();

	static Stream<Named<Consumer<HnswVectorStore.Builder>>> changes() {
		return Stream.of(Named.of("m", (builder) -> builder.m(12)),
				Named.of("ef-construction", (builder) -> builder.efConstruction(50)),
				Named.of("quantization", (builder) -> builder.quantization(Quantization.bits(2))));
	}

	@ParameterizedTest
	@MethodSource("changes")
	void theFormerIndexAnswersAndAStopLosesNothing(Consumer<HnswVectorStore.Builder> change) {
		List<Document> documents = documents("d", DOCUMENTS, new Random(1));
		try (HnswVectorStore store = open((builder) -> {
		})) {
			addDirectly(store, this.model, documents);
			assertThat(store.status().servingIndex()).isEqualTo(store.status().configuredIndex()).isEqualTo(FORMER);
		}
		this.chunks.set(1);
		try (HnswVectorStore store = open(change)) {
			await("a third of the rebuild", () -> store.status().rebuildProgress() > 0.3);
			assertFormerAnswers(store, documents);
		}
		this.chunks.set(0);
		try (HnswVectorStore store = open(change)) {
			assertThat(store.status().rebuildProgress()).isCloseTo(1 / 3.0, within(0.01));
			assertFormerAnswers(store, documents);
			// What comes meanwhile is in both.
			List<Document> more = documents("more", 20, new Random(2));
			addDirectly(store, this.model, more);
			assertFindsEach(store, this.model, more);
			this.chunks.set(Integer.MAX_VALUE);
			await("the rebuild", () -> store.status().indexState() == IndexState.READY);
			StoreStatus status = store.status();
			assertThat(status.servingIndex()).isEqualTo(status.configuredIndex()).isNotEqualTo(FORMER);
			assertThat(store.index().statistics().size()).isEqualTo(DOCUMENTS + 20);
			assertFindsEach(store, this.model, documents.subList(0, 20));
			assertFindsEach(store, this.model, more);
		}
	}

	private void assertFormerAnswers(HnswVectorStore store, List<Document> documents) {
		StoreStatus status = store.status();
		assertThat(status.indexState()).isEqualTo(IndexState.REBUILDING);
		assertThat(status.servingIndex()).isEqualTo(FORMER);
		assertThat(status.configuredIndex()).isNotEqualTo(FORMER);
		assertThat(StoreSeams.session(store).index().isSearchedExactly()).isFalse();
		assertFindsEach(store, this.model, documents.subList(DOCUMENTS - 20, DOCUMENTS));
	}

	private HnswVectorStore open(Consumer<HnswVectorStore.Builder> change) {
		HnswVectorStore.Builder builder = HnswVectorStore.builder(this.model)
			.directory(this.directory)
			.m(FORMER.m())
			.efConstruction(FORMER.efConstruction())
			.quantization(FORMER.quantization())
			.textIndex(false);
		change.accept(builder);
		HnswVectorStore store = StoreSeams.faults(builder, (options) -> options.files = new DerivedFiles() {

			@Override
			public boolean mayBuildOn() {
				return ChangedParametersTests.this.chunks.getAndUpdate((left) -> Math.max(0, left - 1)) > 0;
			}

		}).build();
		store.start();
		return store;
	}

}
