package io.github.hnswspring.vectorstore.embedding;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Vectors go to the texts whose indexes they carry, and an answer that cannot be trusted
 * is refused with a message that says what to do.
 */
class EmbeddingResponseTests {

	private static final List<Document> FOUR = List.of(document("a", "river"), document("b", "mountain"),
			document("c", "engine"), document("d", "music"));

	private static final List<String> IDS = List.of("a", "b", "c", "d");

	@TempDir
	Path directory;

	private final AnsweringModel model = new AnsweringModel();

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.model);
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private void assertEachHasItsOwnVector(int documents) {
		List<String> seen = new ArrayList<>();
		this.store.exportTo((document, vector) -> {
			assertThat(vector).as(document.getId()).isEqualTo(this.model.vector(document.getText()));
			seen.add(document.getId());
		});
		assertThat(seen).hasSize(documents);
	}

	private PartialAddException failure(List<Document> documents) {
		PartialAddException failure = catchThrowableOfType(PartialAddException.class, () -> this.store.add(documents));
		assertThat(failure).isNotNull();
		return failure;
	}

	@Test
	void anAnswerInAnotherOrderIsPutInOrder() {
		this.model.answer = (embeddings) -> {
			List<Embedding> shuffled = new ArrayList<>(embeddings);
			Collections.rotate(shuffled, 1);
			Collections.swap(shuffled, 0, 2);
			return shuffled;
		};
		this.store.add(FOUR);
		assertEachHasItsOwnVector(4);
	}

	/** TransformersEmbeddingModel of Spring AI 2.0 counts from one. */
	@Test
	void indexesThatCountFromOneAreUnderstood() {
		indexes(1, 2, 3, 4);
		this.store.add(FOUR);
		assertEachHasItsOwnVector(4);
		this.model.answer = (embeddings) -> {
			List<Embedding> reversed = new ArrayList<>();
			embeddings.forEach(
					(embedding) -> reversed.add(0, new Embedding(embedding.getOutput(), embedding.getIndex() + 1)));
			return reversed;
		};
		this.store.add(List.of(document("e", "garden"), document("f", "winter"), document("g", "harbour")));
		assertEachHasItsOwnVector(7);
	}

	/** Some services leave the indexes out. */
	@Test
	void withoutAnyIndexThePositionCounts() {
		indexes(null, null, null, null);
		this.store.add(FOUR);
		assertEachHasItsOwnVector(4);
	}

	/** Others leave out only what is zero. */
	@Test
	void oneIndexLeftOutIsTheFirst() {
		this.model.answer = (embeddings) -> {
			List<Embedding> answer = new ArrayList<>();
			embeddings.forEach((embedding) -> answer.add(0,
					new Embedding(embedding.getOutput(), (embedding.getIndex() == 0) ? null : embedding.getIndex())));
			return answer;
		};
		this.store.add(FOUR);
		assertEachHasItsOwnVector(4);
	}

	@ParameterizedTest
	@ValueSource(strings = { "1 2 3 -", "- 3 2 1" })
	void oneIndexLeftOutThatMayBeTheLastIsRefused(String indexes) {
		indexes(Arrays.stream(indexes.split(" "))
			.map((index) -> index.equals("-") ? null : Integer.valueOf(index))
			.toArray(Integer[]::new));

		assertThat(failure(FOUR)).hasMessageContaining("no index").hasMessageContaining("BatchingStrategy");
		assertThat(this.store.count()).isZero();
	}

	@Test
	void aFailureWithoutAMessageIsToldByItsType() {
		this.model.answer = (embeddings) -> {
			throw new UnsupportedOperationException();
		};

		assertThat(failure(FOUR)).hasMessageContaining("UnsupportedOperationException")
			.hasMessageNotContainingAny("null");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "0 0 0 0 | 0 comes 4 times | 1, 2, 3 are missing",
			"0 1 1 3 | 1 comes 2 times | 2 is missing", "0 1 2 4 | 4 is not within 0 to 3 | 3 is missing",
			"-1 0 1 2 | -1 is not within 0 to 3 | 3 is missing", "0 - - 3 | 0 comes 3 times | 1, 2 are missing" })
	void otherIndexesAreRefused(String indexes, String wrong, String missing) {
		indexes(Arrays.stream(indexes.split(" "))
			.map((index) -> index.equals("-") ? null : Integer.valueOf(index))
			.toArray(Integer[]::new));

		PartialAddException failure = failure(FOUR);

		assertThat(failure).hasMessageContaining(wrong)
			.hasMessageContaining(missing)
			.hasMessageContaining("document 'a'")
			.hasMessageContaining("BatchingStrategy");
		assertThat(failure.storedIds()).isEmpty();
		assertThat(failure.unstoredIds()).isEqualTo(IDS);
		assertThat(this.store.count()).isZero();
	}

	@Test
	void oneTextAtATimeIsTheRemedyForAModelWhoseIndexesAreAllZero() {
		oneTextAtATime();
		this.model.answer = (
				embeddings) -> embeddings.stream().map((embedding) -> new Embedding(embedding.getOutput(), 0)).toList();
		this.store.add(FOUR);
		assertEachHasItsOwnVector(4);
	}

	@Test
	void noAnswerAtAllIsTold() {
		this.model.nothing = true;
		assertThat(failure(FOUR)).hasMessageContaining("no response for 4 texts")
			.hasMessageContaining("document 'a'")
			.hasMessageContaining("log");
		this.model.nothing = false;
		this.store.add(FOUR);
		this.model.nothing = true;
		assertThatIllegalStateException().isThrownBy(() -> this.store.similaritySearch("river"))
			.withMessageContaining("no response for the query");
	}

	@Test
	void anEmptyOrShortAnswerIsTold() {
		this.model.answer = (embeddings) -> List.of();
		assertThat(failure(FOUR)).hasMessageContaining("0 vectors for 4 texts").hasMessageContaining("document 'a'");
		this.model.answer = (embeddings) -> embeddings.subList(0, 3);
		assertThat(failure(FOUR)).hasMessageContaining("3 vectors for 4 texts").hasMessageContaining("document 'd'");
	}

	@Test
	void aVectorThatCannotBeUsedIsNamedAndTheOthersAreStored() {
		float[] notFinite = this.model.vector("engine");
		notFinite[5] = Float.POSITIVE_INFINITY;
		Object[][] cases = { { null, "no vector" }, { new float[0], "0 dimensions" }, { notFinite, "Infinity" },
				{ new float[64], "zero vector" }, { new float[] { 1, 2 }, "2 dimensions" } };
		this.store.add(List.of(document("z", "before")));
		for (Object[] unusable : cases) {
			this.model.answer = (embeddings) -> replaced(embeddings, 2, (float[]) unusable[0]);

			PartialAddException failure = failure(FOUR);

			assertThat(failure.storedIds()).as((String) unusable[1]).containsExactly("a", "b", "d");
			assertThat(failure.unstoredIds()).containsExactly("c");
			assertThat(failure).hasMessageContaining("document 'c'")
				.hasMessageContaining((String) unusable[1])
				.hasMessageContaining("add");
			assertThat(failure.getMessage()).doesNotContain("document 'a'");
			assertEachHasItsOwnVector(4);
			this.store.delete(IDS);
		}
		assertThat(this.store.status().embeddingMismatch()).as("one odd vector is no other model").isNull();
	}

	@Test
	void oneBadVectorDoesNotKeepLaterBatchesOut() {
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.batchingStrategy((all) -> List.of(all.subList(0, 2), all.subList(2, 4))));
		this.model.answer = (embeddings) -> (this.model.calls() == 1) ? replaced(embeddings, 1, null) : embeddings;

		assertThat(failure(FOUR).storedIds()).containsExactly("a", "c", "d");
	}

	@Test
	void inBatchesOfOneAnUnusableVectorKeepsNoOtherOut() {
		oneTextAtATime();
		float[] notFinite = this.model.vector("engine");
		notFinite[5] = Float.NaN;
		List<float[]> unusable = Arrays.asList(null, notFinite, new float[64], new float[] { 1, 2 });
		for (float[] vector : unusable) {
			int before = this.model.calls();
			this.model.answer = (embeddings) -> (this.model.calls() == before + 2) ? replaced(embeddings, 0, vector)
					: embeddings;

			PartialAddException failure = failure(FOUR);

			assertThat(failure.storedIds()).containsExactly("a", "c", "d");
			assertThat(failure.unstoredIds()).containsExactly("b");
			assertThat(failure).hasMessageContaining("document 'b'");
			this.store.delete(IDS);
		}
		assertThat(this.store.status().embeddingMismatch()).isNull();
	}

	/** Some models leave texts out that they cannot embed. */
	@Test
	void aTextLeftOutOfItsOwnRequestKeepsNoOtherOut() {
		oneTextAtATime();
		this.model.answer = (embeddings) -> (this.model.calls() == 1) ? List.of() : embeddings;

		PartialAddException failure = failure(FOUR);

		assertThat(failure.storedIds()).containsExactly("b", "c", "d");
		assertThat(failure).hasMessageContaining("document 'a'").hasMessageContaining("no vector");
	}

	@Test
	void aModelThatGivesNothingUsableSeveralTimesIsNotAskedOn() {
		this.model.answer = (embeddings) -> embeddings.stream()
			.map((embedding) -> new Embedding(new float[] { Float.NaN }, embedding.getIndex()))
			.toList();
		List<Document> documents = StoreFixture.documents("d", 60, new Random(1));
		// Three requests at least, and eight documents.
		for (int[] sizeAndCalls : new int[][] { { 1, 8 }, { 2, 4 }, { 10, 3 } }) {
			batchesOf(sizeAndCalls[0]);
			int before = this.model.calls();

			PartialAddException failure = failure(documents);

			assertThat(this.model.calls() - before).isEqualTo(sizeAndCalls[1]);
			assertThat(failure.unstoredIds()).hasSize(60);
			assertThat(failure).hasMessageContaining("NaN")
				.hasMessageContaining("document 'd0'")
				.hasMessageContaining("not asked again");
		}
	}

	@Test
	void aUsableVectorInBetweenHasTheModelAskedOn() {
		oneTextAtATime();
		this.model.answer = (embeddings) -> (this.model.calls() % 7 == 0) ? embeddings : replaced(embeddings, 0, null);

		PartialAddException failure = failure(StoreFixture.documents("d", 28, new Random(1)));

		assertThat(failure.storedIds()).containsExactly("d6", "d13", "d20", "d27");
		assertThat(this.model.calls()).isEqualTo(28);
	}

	@Test
	void ofDocumentsOfOneContentTheFirstIsNamedAndTheOthersAreCounted() {
		this.model.answer = (embeddings) -> replaced(embeddings, 0, null);
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 40; i++) {
			documents.add(document("same" + i, "the same"));
		}
		documents.add(document("other", "another"));

		PartialAddException failure = failure(documents);

		assertThat(failure.storedIds()).containsExactly("other");
		assertThat(failure).hasMessageContaining("document 'same0' and 39 more")
			.hasMessageNotContaining("document 'same1");
	}

	@Test
	void vectorsOfSeveralSizesDoNotDecideWhatAnEmptyStoreHolds() {
		this.model.answer = (embeddings) -> replaced(embeddings, 0, new float[] { 1, 2 });

		assertThat(failure(FOUR)).hasMessageContaining("document 'a'")
			.hasMessageContaining("2 dimensions")
			.hasMessageContaining("document 'b'")
			.hasMessageContaining("64");
		assertThat(this.store.count()).isZero();
		this.model.answer = UnaryOperator.identity();
		this.store.add(FOUR);
		assertEachHasItsOwnVector(4);
	}

	@Test
	void aReplacementChangesNothingAndKeepsWhatWasPaidFor() {
		Filter.Expression all = new FilterExpressionBuilder().eq("source", "x").build();
		this.store.add(List.of(document("old", "old text", "source", "x")));
		this.model.answer = (embeddings) -> replaced(embeddings, 2, null);

		PartialAddException failure = catchThrowableOfType(PartialAddException.class,
				() -> this.store.replace(all, FOUR));

		assertThat(failure).hasMessageContaining("document 'c'");
		assertThat(failure.storedIds()).isEmpty();
		assertThat(this.store.exists("old")).isTrue();
		this.model.answer = UnaryOperator.identity();
		this.store.replace(all, FOUR);
		assertThat(this.model.timesEmbedded()).containsEntry("river", 1).containsEntry("engine", 2);
		assertEachHasItsOwnVector(4);
	}

	@Test
	void aQueryWithoutAUsableVectorIsTold() {
		this.store.add(FOUR);
		this.model.answer = (embeddings) -> replaced(embeddings, 0, null);
		assertThatIllegalStateException().isThrownBy(() -> this.store.similaritySearch("river"))
			.withMessageContaining("the query")
			.withMessageContaining("no vector");
		float[] notFinite = new float[64];
		notFinite[9] = Float.NaN;
		this.model.answer = (embeddings) -> replaced(embeddings, 0, notFinite);
		assertThatIllegalStateException().isThrownBy(() -> this.store.similaritySearch("river"))
			.withMessageContaining("the query")
			.withMessageContaining("NaN at position 9");
	}

	private void oneTextAtATime() {
		batchesOf(1);
	}

	private void batchesOf(int size) {
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.batchingStrategy((all) -> IntStream.range(0, (all.size() + size - 1) / size)
					.mapToObj((i) -> all.subList(i * size, Math.min(all.size(), (i + 1) * size)))
					.toList()));
	}

	private void indexes(@Nullable Integer... indexes) {
		this.model.answer = (embeddings) -> IntStream.range(0, embeddings.size())
			.mapToObj((i) -> new Embedding(embeddings.get(i).getOutput(), indexes[i]))
			.toList();
	}

	private static List<Embedding> replaced(List<Embedding> embeddings, int index, float @Nullable [] vector) {
		List<Embedding> changed = new ArrayList<>(embeddings);
		changed.set(index, new Embedding(vector, index));
		return changed;
	}

	/** Answers in whatever way a test wants. */
	private static final class AnsweringModel extends TestEmbeddingModel {

		volatile UnaryOperator<List<Embedding>> answer = UnaryOperator.identity();

		volatile boolean nothing;

		@Override
		@SuppressWarnings("NullAway")
		public EmbeddingResponse call(EmbeddingRequest request) {
			EmbeddingResponse response = super.call(request);
			return this.nothing ? null
					: new EmbeddingResponse(this.answer.apply(response.getResults()), response.getMetadata());
		}

	}

}
