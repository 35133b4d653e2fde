package io.github.hnswspring.vectorstore.search;

import java.util.List;
import java.util.stream.DoubleStream;

import org.junit.jupiter.api.Test;

import io.github.hnswspring.vectorstore.text.TextHit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** How much words count. */
class TextWeightTests {

	private static List<TextHit> hits(double... scores) {
		return DoubleStream.of(scores).mapToObj((score) -> new TextHit((long) (1_000 * score), score)).toList();
	}

	@Test
	void whatStandsOutCountsMost() {
		assertThat(TextWeight.of(hits(90, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1), 1_000)).isEqualTo(TextWeight.MOST);
		assertThat(TextWeight.of(hits(20), 1_000)).isEqualTo(TextWeight.MOST);
	}

	@Test
	void theFurtherAheadTheFirstTheMoreWordsCount() {
		assertThat(TextWeight.of(hits(10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10), 1_000)).isEqualTo(TextWeight.LEAST);
		assertThat(TextWeight.of(hits(15, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10), 1_000)).isCloseTo(1 / 24.0,
				within(1e-12));
		assertThat(TextWeight.of(hits(20, 15, 15, 15, 15, 15, 5, 5, 5, 5, 5), 1_000)).isCloseTo(1 / 6.0, within(1e-12));
		assertThat(TextWeight.of(hits(25, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10), 1_000)).isCloseTo(3 / 8.0,
				within(1e-12));
		assertThat(TextWeight.of(hits(30, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10), 1_000)).isCloseTo(TextWeight.MOST,
				within(1e-12));
	}

	@Test
	void elevenDecideAndTheRestDoesNot() {
		assertThat(TextWeight.of(hits(20, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 1, 1), 1_000)).isCloseTo(1 / 6.0,
				within(1e-12));
	}

	@Test
	void theScaleOfScoresDoesNotMatter() {
		assertThat(TextWeight.of(hits(1, .8, .8, .8, .8, .8, .8, .8, .8, .8, .8), 1_000))
			.isCloseTo(TextWeight.of(hits(100, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80), 1_000), within(1e-12));
	}

	/**
	 * A name is in three documents of a thousand; a filter that leaves three says
	 * nothing.
	 */
	@Test
	void fewHitsTellIfThereAreManyDocuments() {
		assertThat(TextWeight.of(hits(9, 9, 9), 1_000)).isEqualTo(TextWeight.MOST);
		assertThat(TextWeight.of(hits(9, 9, 9), 3)).isEqualTo(TextWeight.LEAST);
		assertThat(TextWeight.of(hits(9), 3)).isEqualTo(TextWeight.MOST);
	}

	@Test
	void nothingFoundCountsNothing() {
		assertThat(TextWeight.of(hits(), 1_000)).isZero();
	}

}
