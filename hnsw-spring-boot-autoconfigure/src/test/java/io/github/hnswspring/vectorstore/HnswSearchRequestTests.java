package io.github.hnswspring.vectorstore;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What is said once stays said when a request is changed. */
class HnswSearchRequestTests {

	private static final HnswSearchRequest REQUEST = HnswSearchRequest
		.of(SearchRequest.builder()
			.query("a question")
			.topK(5)
			.similarityThreshold(0.5)
			.filterExpression("a == 1")
			.build())
		.withMode(SearchMode.HYBRID)
		.withTextWeight(0.3)
		.withGroupBy("book", 2)
		.withNeighbors(1, 2);

	@Test
	void anotherTopKKeepsTheAdditions() {
		HnswSearchRequest changed = REQUEST.withTopK(7);
		assertThat(changed.getTopK()).isEqualTo(7);
		assertThat(changed).isNotEqualTo(REQUEST);
		assertThat(changed.withTopK(5)).isEqualTo(REQUEST);
		assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.withTopK(-1));
	}

	@Test
	void anotherThresholdKeepsTheAdditions() {
		HnswSearchRequest changed = REQUEST.withSimilarityThreshold(0.7);
		assertThat(changed.getSimilarityThreshold()).isEqualTo(0.7);
		assertThat(changed).isNotEqualTo(REQUEST);
		assertThat(changed.withSimilarityThreshold(0.5)).isEqualTo(REQUEST);
		assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.withSimilarityThreshold(1.1));
	}

	@Test
	void efSearchHasTheLimitOfItsProperty() {
		assertThat(REQUEST.withEfSearch(1_000_000).getEfSearch()).isEqualTo(1_000_000);
		assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.withEfSearch(1_000_001))
			.withMessageContaining("1 to 1000000, but was 1000001");
		assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.withEfSearch(0));
	}

	@Test
	void aMinimumPositionStaysAndIsChecked() {
		HnswSearchRequest request = REQUEST.withMinimumPosition("there", Duration.ofSeconds(2)).withTopK(7);
		assertThat(request.getMinimumPosition()).isEqualTo("there");
		assertThat(request.getPositionTimeout()).isEqualTo(Duration.ofSeconds(2));
		assertThat(REQUEST.getMinimumPosition()).isNull();
		assertThat(REQUEST.getPositionTimeout()).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.withMinimumPosition(" ", Duration.ZERO))
			.withMessageContaining("position()");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> REQUEST.withMinimumPosition("x".repeat(1_001), Duration.ZERO))
			.withMessageContaining("1001");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> REQUEST.withMinimumPosition("there", Duration.ofMillis(-1)))
			.withMessageContaining("PT-0.001S");
	}

}
