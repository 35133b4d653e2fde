package io.github.hnswspring.vectorstore.filter;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Filter text reaches a store in a search and in a delete; both read it alike. */
class FilterTextTests {

	private static final SearchRequest ALL = SearchRequest.builder().query("words").topK(1_000).build();

	private HnswVectorStore store;

	@BeforeEach
	void open(@TempDir Path directory) {
		this.store = StoreFixture.open(directory, new TestEmbeddingModel());
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private List<String> found(String filter) {
		return this.store.similaritySearch(HnswSearchRequest.of(ALL).withFilterExpression(filter))
			.stream()
			.map(Document::getId)
			.toList();
	}

	@Test
	void aDeleteTakesAsManyValuesAsASearch() {
		List<String> chunks = IntStream.range(0, 400).mapToObj((i) -> new UUID(i, -i).toString()).toList();
		this.store.add(chunks.stream().map((id) -> StoreFixture.document(id, "words " + id, "chunk", id)).toList());
		for (int many : new int[] { 60, 300 }) {
			String filter = chunks.stream()
				.limit(many)
				.map((id) -> "'" + id + "'")
				.collect(Collectors.joining(", ", "chunk in [", "]"));
			SearchRequest parsedBySpring = SearchRequest.builder()
				.query("words")
				.topK(1_000)
				.filterExpression(filter)
				.build();
			assertThat(this.store.similaritySearch(parsedBySpring)).extracting(Document::getId)
				.containsExactlyInAnyOrderElementsOf(found(filter));
			this.store.delete(filter);
			assertThat(found(filter)).isEmpty();
			assertThat(this.store.count()).isEqualTo(400 - many);
		}
	}

	@Test
	void aSearchKeepsWhatItHad() {
		HnswSearchRequest request = HnswSearchRequest
			.of(SearchRequest.builder()
				.query("words")
				.topK(7)
				.similarityThreshold(0.25)
				.filterExpression("a == 1")
				.build())
			.withEfSearch(99)
			.withExactSearch()
			.withVector(new float[] { 1, 2 });
		HnswSearchRequest filtered = request.withFilterExpression("b >= 'x'");
		assertThat(filtered.getFilterExpression())
			.isEqualTo(SearchRequest.builder().filterExpression("b >= 'x'").build().getFilterExpression());
		assertThat(filtered.getQuery()).isEqualTo("words");
		assertThat(filtered.getTopK()).isEqualTo(7);
		assertThat(filtered.getSimilarityThreshold()).isEqualTo(0.25);
		assertThat(filtered.getEfSearch()).isEqualTo(99);
		assertThat(filtered.isExact()).isTrue();
		assertThat(filtered.getVector()).containsExactly(1, 2);
		assertThat(filtered.withFilterExpression("a == 1")).isEqualTo(request);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a == 99999999999999999999", "a == 12345678901234567890L", "a ==", "a == 1 b",
			"x in [1, 2" })
	void whatIsNoFilterIsRefusedInOurWords(String text) {
		refused(text);
	}

	@Test
	void whatWouldOverflowTheStackIsRefusedInOurWords() {
		refused("(".repeat(10_000));
		refused("(".repeat(10_000) + "a == 1" + ")".repeat(10_000));
		refused("NOT ".repeat(10_000) + "a == 1");
		refused("a == 1 AND ".repeat(20_000) + "a == 1");
		refused("[".repeat(10_000));
		refused("a == '" + "x".repeat(1_000_000) + "'");
	}

	private void refused(String text) {
		this.store.add(List.of(StoreFixture.document("kept", "words")));
		assertThatIllegalArgumentException().isThrownBy(() -> HnswSearchRequest.of(ALL).withFilterExpression(text))
			.withMessageStartingWith("A filter")
			.withNoCause();
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.delete(text))
			.withMessageStartingWith("A filter")
			.withNoCause();
		assertThat(this.store.count()).isOne();
	}

}
