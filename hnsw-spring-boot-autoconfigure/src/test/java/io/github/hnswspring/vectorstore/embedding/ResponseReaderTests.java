package io.github.hnswspring.vectorstore.embedding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Which vector of a response belongs to which text. */
class ResponseReaderTests {

	/** The place of each text's vector in the response, whose indexes these are. */
	private static List<Integer> places(@Nullable Integer... indexes) {
		List<Embedding> results = new ArrayList<>();
		for (int place = 0; place < indexes.length; place++) {
			results.add(new Embedding(new float[] { place }, indexes[place]));
		}
		return read(indexes.length, results).stream().map((vector) -> (int) vector[0]).toList();
	}

	private static List<float @Nullable []> read(int texts, List<Embedding> results) {
		List<String> names = IntStream.range(0, texts).mapToObj((i) -> "document '" + i + "'").toList();
		return new ResponseReader(new TestEmbeddingModel(), names).vectors(new EmbeddingResponse(results));
	}

	@Test
	void theIndexCountsAndNotThePlace() {
		assertThat(places(2, 0, 1)).containsExactly(1, 2, 0);
	}

	@Test
	void someModelsCountFromOne() {
		assertThat(places(3, 1, 2)).containsExactly(1, 2, 0);
		assertThat(places(1)).containsExactly(0);
	}

	@Test
	void withoutAnyIndexThePlaceCounts() {
		assertThat(places(null, null, null)).containsExactly(0, 1, 2);
	}

	@Test
	void theOneIndexLeftOutIsTheZeroThatSomeServicesDoNotWrite() {
		assertThat(places(2, null, 1)).containsExactly(1, 2, 0);
		assertThat(places(null, 1)).containsExactly(0, 1);
	}

	@Test
	void ofSeveralIndexesLeftOutNoneIsKnown() {
		assertThatIllegalStateException().isThrownBy(() -> places(null, null, 1))
			.withMessageContaining("0 comes 2 times, 2 is missing");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1 2 -", "- 2 1", "1 -" })
	void anIndexLeftOutThatMayBeTheLastCountedFromOneIsRefused(String indexes) {
		@Nullable Integer[] given = Arrays.stream(indexes.split(" "))
			.map((index) -> index.equals("-") ? null : Integer.valueOf(index))
			.toArray(Integer[]::new);
		assertThatIllegalStateException().isThrownBy(() -> places(given)).withMessageContaining("one has no index");
	}

	@Test
	void ofManyProblemsAFewAreTold() {
		Integer[] same = new Integer[40];
		Arrays.fill(same, 7);
		assertThatIllegalStateException().isThrownBy(() -> places(same))
			.withMessageContaining("40 texts (document '0' to document '39')")
			.withMessageContaining("7 comes 40 times, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10 and others are missing");
		assertThatIllegalStateException().isThrownBy(() -> places(0, 9))
			.withMessageContaining("9 is not within 0 to 1");
	}

	@Test
	void aSingleTextThatWasLeftOutIsTheOneWithoutAVector() {
		assertThat(read(1, List.of())).containsExactly((float[]) null);
		assertThat(read(1, Arrays.asList((Embedding) null))).containsExactly((float[]) null);
	}

	@Test
	void ofSeveralTextsItIsNotKnownWhichWasLeftOut() {
		assertThatIllegalStateException().isThrownBy(() -> read(2, List.of(new Embedding(new float[] { 1 }, 0))))
			.withMessageContaining("returned 1 vectors for 2 texts (document '0' to document '1')");
		assertThatIllegalStateException().isThrownBy(() -> read(2, List.of())).withMessageContaining("returned 0");
	}

	@Test
	void noResponseAtAllNamesTheModelAndTheText() {
		assertThatIllegalStateException()
			.isThrownBy(() -> new ResponseReader(new TestEmbeddingModel(), List.of("document '7'")).vectors(null))
			.withMessageContaining(TestEmbeddingModel.class.getName())
			.withMessageContaining("for document '7'");
	}

}
