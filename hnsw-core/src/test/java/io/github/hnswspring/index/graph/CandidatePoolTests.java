package io.github.hnswspring.index.graph;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The list of a walk: the nearest nodes seen, and which of them were expanded. */
class CandidatePoolTests {

	private final CandidatePool pool = new CandidatePool();

	@Test
	void theNearestAreKeptInOrder() {
		this.pool.reset(3);
		for (int slot = 0; slot < 10; slot++) {
			this.pool.offer((slot * 7) % 10, slot);
		}
		assertThat(slots()).containsExactly(0, 3, 6);
		assertThat(this.pool.worstDistance()).isEqualTo(2);
	}

	@Test
	void whileThereIsRoomEverythingGetsIn() {
		this.pool.reset(2);
		assertThat(this.pool.worstDistance()).isInfinite();
		assertThat(this.pool.offer(5, 1)).isTrue();
		assertThat(this.pool.offer(4, 2)).isTrue();
		assertThat(this.pool.isFull()).isTrue();
		assertThat(this.pool.offer(6, 3)).isFalse();
		assertThat(this.pool.offer(3, 4)).isTrue();
		assertThat(slots()).containsExactly(4, 2);
	}

	@Test
	void eachNodeIsExpandedOnceTheNearestFirst() {
		this.pool.reset(4);
		this.pool.offer(2, 20);
		this.pool.offer(3, 30);
		assertThat(this.pool.nextToExpand()).isEqualTo(20);
		// Nearer than what has been expanded, so it comes next.
		this.pool.offer(1, 10);
		assertThat(this.pool.nextToExpand()).isEqualTo(10);
		assertThat(this.pool.nextToExpand()).isEqualTo(30);
		assertThat(this.pool.nextToExpand()).isNegative();
	}

	@Test
	void negativeDistancesAreNearerThanPositiveOnes() {
		this.pool.reset(3);
		this.pool.offer(0.5f, 1);
		this.pool.offer(-0.5f, 2);
		this.pool.offer(-1e30f, 3);
		assertThat(slots()).containsExactly(3, 2, 1);
		assertThat(this.pool.distanceAt(0)).isEqualTo(-1e30f);
	}

	@Test
	void whatIsAppendedIsSortedAfterwards() {
		this.pool.reset(1);
		this.pool.append(3, 3);
		this.pool.append(1, 1);
		this.pool.append(2, 2);
		this.pool.sort();
		assertThat(slots()).containsExactly(1, 2, 3);
	}

	private List<Integer> slots() {
		List<Integer> slots = new ArrayList<>();
		for (int i = 0; i < this.pool.size(); i++) {
			slots.add(this.pool.slotAt(i));
		}
		return slots;
	}

}
