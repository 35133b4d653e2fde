package io.github.hnswspring.vectorstore.write;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.github.hnswspring.vectorstore.write.OpenStore.draft;
import static io.github.hnswspring.vectorstore.write.OpenStore.embedded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Which vectors of an answer can be stored, and what is said of the others. */
class BatchEmbedderTests {

	@TempDir
	Path directory;

	private final Map<String, float[]> vectors = new HashMap<>();

	private final TestEmbeddingModel model = new TestEmbeddingModel(2, "words") {

		@Override
		public float[] vector(String text) {
			return BatchEmbedderTests.this.vectors.getOrDefault(text, new float[] { 1, text.length() });
		}

	};

	private final EmbeddingCounters counters = new EmbeddingCounters();

	private final Refusals refusals = new Refusals();

	private Limits limits = Limits.DEFAULTS;

	private OpenStore store;

	@AfterEach
	void close() {
		this.store.close();
	}

	private void open(int dimensions) {
		this.store = new OpenStore(this.directory, (options) -> options.dimensions = dimensions, this.model);
	}

	/** A store that has vectors of two dimensions. */
	private void openFilled() {
		open(0);
		this.store.ingest((transaction) -> transaction.put(List.of(embedded("first", "first", 1, 2))));
	}

	private static EmbeddingPlan.Group group(Draft... drafts) {
		return new EmbeddingPlan.Group(List.of(drafts));
	}

	private List<EmbeddedDraft> embed(EmbeddingPlan.Group... batch) {
		return new BatchEmbedder(this.limits, this.counters).embed(this.store.access, Arrays.asList(batch),
				this.refusals);
	}

	@Test
	void documentsOfOneContentShareAVectorThatIsPaidForOnce() {
		open(0);
		List<EmbeddedDraft> embedded = embed(group(draft("a", "same"), draft("b", "same")), group(draft("c", "other")));
		assertThat(EmbeddedDraft.ids(embedded)).containsExactly("a", "b", "c");
		assertThat(embedded.get(0).vector()).isSameAs(embedded.get(1).vector()).containsExactly(1, 4);
		assertThat(embedded).allMatch((each) -> "words".equals(each.model()));
		assertThat(this.model.timesEmbedded()).containsOnly(Map.entry("same", 1), Map.entry("other", 1));
		assertThat(this.counters.computed()).isEqualTo(2);
		assertThat(this.counters.reused()).isEqualTo(1);
	}

	@Test
	void aSingleVectorThatCannotBeUsedKeepsNoOtherOneOut() {
		open(0);
		this.vectors.put("bad", new float[] { Float.NaN, 1 });
		List<EmbeddedDraft> embedded = embed(group(draft("a", "good")), group(draft("b", "bad"), draft("c", "bad")));
		assertThat(EmbeddedDraft.ids(embedded)).containsExactly("a");
		assertThat(this.refusals.exception()).hasMessageContaining("gave document 'b' and 1 more of this content")
			.hasMessageContaining("then try again");
		assertThat(this.refusals.isAnyUsable()).isTrue();
	}

	@Test
	void aVectorOfAnotherSizeAmongThoseOfTheStoresIsItsDocumentsFault() {
		openFilled();
		this.vectors.put("odd", new float[] { 1, 2, 3 });
		List<EmbeddedDraft> embedded = embed(group(draft("a", "odd")), group(draft("b", "good")));
		assertThat(EmbeddedDraft.ids(embedded)).containsExactly("b");
		assertThat(this.refusals.exception()).hasMessageContaining("document 'a' a vector of 3 dimensions, expected 2");
	}

	@Test
	void whereNoVectorIsOfTheStoresSizeItIsAnotherModel() {
		openFilled();
		this.vectors.put("odd", new float[] { 1, 2, 3 });
		assertThatExceptionOfType(EmbeddingModelMismatchException.class)
			.isThrownBy(() -> embed(group(draft("a", "odd"))));
		assertThat(this.refusals.isEmpty()).isTrue();
	}

	@Test
	void afterAVectorThatFitAnOddAnswerIsNoOtherModel() {
		openFilled();
		this.vectors.put("odd", new float[] { 1, 2, 3 });
		embed(group(draft("a", "good")));
		assertThat(embed(group(draft("b", "odd")))).isEmpty();
		assertThat(this.refusals.exception()).hasMessageContaining("document 'b'");
	}

	@Test
	void whatIsConfiguredCountsWhileTheStoreIsEmpty() {
		open(3);
		assertThatExceptionOfType(EmbeddingModelMismatchException.class)
			.isThrownBy(() -> embed(group(draft("a", "two"))))
			.withMessageContaining("hnsw.dimensions is 3");
	}

	@Test
	void vectorsOfSeveralSizesDoNotDecideWhatAnEmptyStoreHolds() {
		open(0);
		this.vectors.put("odd", new float[] { 1, 2, 3 });
		assertThatIllegalStateException().isThrownBy(() -> embed(group(draft("a", "good")), group(draft("b", "odd"))))
			.withMessageContaining("document 'a' a vector of 2 dimensions, but document 'b' one of 3");
	}

	@Test
	void moreDimensionsThanTheLimitAreRefusedByName() {
		open(0);
		this.limits = Limits.DEFAULTS.withDimensions(1);
		assertThatIllegalArgumentException().isThrownBy(() -> embed(group(draft("a", "good"))))
			.withMessageContaining("dimensions of document 'a' is 2, but at most 1");
	}

}
