package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** The index of a store shows what the store has, and changes nothing. */
class ReadOnlyIndexViewTests {

	@TempDir
	Path directory;

	@TempDir
	Path elsewhere;

	private final TestEmbeddingModel model = new TestEmbeddingModel(8, "words");

	private HnswVectorStore store;

	private HnswIndex index;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> builder.m(7).efConstruction(33));
		this.index = this.store.index();
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	@Test
	void beforeTheFirstDocumentItIsWhatWasConfigured() {
		assertThat(this.index.m()).isEqualTo(7);
		assertThat(this.index.efConstruction()).isEqualTo(33);
		assertThat(this.index.efSearch()).as("the target decides").isZero();
		assertThat(this.index.targetRecall()).isEqualTo(HnswIndexBuilder.DEFAULT_TARGET_RECALL);
		assertThat(this.index.metric()).isEqualTo(Metric.COSINE);
		assertThat(this.index.size()).isZero();
		assertThat(this.index.vectorFile()).isEmpty();
		assertThat(this.index.statistics().size()).isZero();
		assertThat(this.index.audit().isSound()).isTrue();
		assertThatIllegalStateException().isThrownBy(this.index::dimensions).withMessageContaining("hnsw.dimensions");
	}

	@Test
	void itsIdsAreTheKeysOfTheRowsAndItsVectorsTheOriginals() {
		this.store.add(List.of(document("a", "river"), document("b", "mountain")));
		assertThat(this.index.size()).isEqualTo(2);
		assertThat(this.index.dimensions()).isEqualTo(8);
		assertThat(this.index.contains(2)).isTrue();
		assertThat(this.index.contains(3)).isFalse();
		assertThat(this.index.vector(1)).contains(this.model.vector("river"));
		assertThat(this.index.vector(3)).isEmpty();
	}

	@Test
	void severalQuestionsAreAnsweredInTheirOrder() {
		this.store.add(List.of(document("a", "river"), document("b", "mountain")));
		float[][] questions = { this.model.vector("mountain"), this.model.vector("river") };
		assertThat(this.index.searchAll(questions, 1)).extracting((found) -> found.get(0).id()).containsExactly(2L, 1L);
	}

	@Test
	void itCanBeSavedAndReadElsewhere() {
		Path file = this.elsewhere.resolve("index");
		assertThatIllegalStateException().isThrownBy(() -> this.index.save(file)).withMessageContaining("empty");
		this.store.add(List.of(document("a", "river")));
		this.index.save(file);
		try (HnswIndex copy = HnswIndex.load(file)) {
			assertThat(copy.search(this.model.vector("river"), 1)).extracting(Neighbor::id).containsExactly(1L);
		}
	}

	static Stream<Arguments> changes() {
		float[] vector = new float[8];
		return Stream.of(change((index) -> index.add(1, vector), "HnswVectorStore.add"),
				change((index) -> index.addAll(new long[] { 1 }, new float[][] { vector }), "HnswVectorStore.add"),
				change((index) -> index.remove(1), "HnswVectorStore.delete"),
				change((index) -> index.efSearch(50), "hnsw.ef-search"),
				change((index) -> index.targetRecall(0.9), "hnsw.target-recall"),
				change((index) -> index.saveWithoutVectors(Path.of("index")), "use save"),
				change(HnswIndex::repair, "compact()"));
	}

	private static Arguments change(Consumer<HnswIndex> change, String remedy) {
		return Arguments.of(change, remedy);
	}

	@ParameterizedTest
	@MethodSource("changes")
	void whoeverWouldChangeItIsToldWhatToDoInstead(Consumer<HnswIndex> change, String remedy) {
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> change.accept(this.index))
			.withMessageContaining("belongs to a vector store")
			.withMessageContaining(remedy);
	}

}
