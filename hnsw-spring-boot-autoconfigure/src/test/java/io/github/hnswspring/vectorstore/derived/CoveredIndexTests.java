package io.github.hnswspring.vectorstore.derived;

import java.util.List;

import io.github.hnswspring.index.HnswIndex;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** An index that is being built, and the rows that are written meanwhile. */
class CoveredIndexTests {

	private final HnswIndex index = HnswIndex.builder(2).build();

	private static PendingVectors rows(long... keys) {
		float[][] vectors = new float[keys.length][];
		for (int i = 0; i < keys.length; i++) {
			vectors[i] = new float[] { 1, keys[i] };
		}
		return new PendingVectors(keys, vectors);
	}

	@Test
	void aNewRowBeyondItsReachIsLeftToTheBuilder() {
		CoveredIndex covered = new CoveredIndex(this.index, 0, 10);
		covered.add(rows(9, 10, 11));
		assertThat(this.index.contains(9)).isTrue();
		assertThat(this.index.contains(10)).isTrue();
		assertThat(this.index.contains(11)).isFalse();
	}

	@Test
	void aCompleteOneTakesEveryRow() {
		CoveredIndex covered = new CoveredIndex(this.index, 0, 10);
		covered.covered(CoveredIndex.COMPLETE);
		assertThat(covered.isComplete()).isTrue();
		covered.add(rows(11, Long.MAX_VALUE - 1));
		assertThat(this.index.size()).isEqualTo(2);
	}

	@Test
	void theBuilderAddsRowsWhereverTheyAre() {
		CoveredIndex covered = new CoveredIndex(this.index, 0, 10);
		PendingVectors chunk = rows(11, 12);
		covered.addAll(chunk.keys(), chunk.vectors());
		assertThat(this.index.size()).isEqualTo(2);
		covered.remove(List.of(12L, 99L));
		assertThat(this.index.contains(11)).isTrue();
		assertThat(this.index.contains(12)).isFalse();
	}

}
