package io.github.hnswspring.vectorstore.derived;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PendingVectorsTests {

	@Test
	void aKeyThatIsAnnouncedAgainHasItsLaterVectorAndCountsOnce() {
		PendingVectors first = new PendingVectors(new long[] { 1, 2 }, new float[][] { { 1 }, { 2 } });
		PendingVectors second = new PendingVectors(new long[] { 2, 3 }, new float[][] { { 20 }, { 30 } });
		PendingVectors both = first.plus(second);
		assertThat(both.keys()).containsExactly(1, 2, 3);
		assertThat(both.vectors()).isDeepEqualTo(new float[][] { { 1 }, { 20 }, { 30 } });
	}

	@Test
	void nothingIsAddedByNone() {
		PendingVectors some = new PendingVectors(new long[] { 1 }, new float[][] { { 1 } });
		assertThat(some.plus(PendingVectors.NONE)).isSameAs(some);
		assertThat(PendingVectors.NONE.plus(some)).isSameAs(some);
		assertThat(PendingVectors.NONE.isEmpty()).isTrue();
	}

}
