package io.github.hnswspring.index.graph;

import java.util.Arrays;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.vector.VectorSpace;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Which candidates become neighbours: diverse ones first (Algorithm 4). */
class NeighborSelectorTests {

	private final VectorSpace space = VectorSpace.onHeap(2, Metric.EUCLIDEAN);

	private final Slots slots = new Slots(this.space::checksum, this.space::isSame);

	private final Scratch scratch = new Scratch(this.space, this.slots, 8);

	@Test
	void oneOfEachDirectionComesBeforeTheNearest() {
		// Two to the right, close together, and one farther away to the left.
		assertThat(select(2, new float[][] { { 1, 0 }, { 1.1f, 0 }, { -2, 0 } })).containsExactly(0, 2);
	}

	@Test
	void refusedOnesFillWhatIsLeft() {
		assertThat(select(3, new float[][] { { 1, 0 }, { 1.1f, 0 }, { -2, 0 } })).containsExactly(0, 2, 1);
	}

	@Test
	void noMoreAreKeptThanAskedFor() {
		assertThat(select(1, new float[][] { { 1, 0 }, { 0, 1 }, { -1, 0 } })).hasSize(1);
	}

	@Test
	void copiesOfOneVectorDoNotFillTheRow() {
		assertThat(select(4, new float[][] { { 1, 0 }, { 1, 0 }, { 1, 0 }, { -2, 0 } })).containsExactly(0, 3);
	}

	/** Candidates of the origin, the nearest first. */
	private int[] select(int max, float[][] candidates) {
		this.scratch.selection.reset(candidates.length);
		this.scratch.exact.query(new float[2]);
		for (int slot = 0; slot < candidates.length; slot++) {
			this.space.ensureSlot(slot);
			this.space.set(slot, candidates[slot]);
			this.scratch.selection.append(this.scratch.exact.distance(slot), slot);
		}
		this.scratch.selection.sort();
		int kept = NeighborSelector.select(this.scratch, max);
		return Arrays.copyOf(this.scratch.selected, kept);
	}

}
