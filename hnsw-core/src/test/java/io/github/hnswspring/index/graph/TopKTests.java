package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.Neighbor;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The results of a search: the k nearest, equal distances by id. */
class TopKTests {

	private final TopK top = new TopK();

	@Test
	void theNearestComeOutInOrder() {
		this.top.reset(3);
		for (int id = 0; id < 100; id++) {
			this.top.offer((id * 37) % 100, id);
		}
		assertThat(this.top.drain()).extracting(Neighbor::distance).containsExactly(0f, 1f, 2f);
		assertThat(this.top.size()).isZero();
	}

	@Test
	void ofEqualDistancesTheSmallestIdsStay() {
		this.top.reset(3);
		for (long id : new long[] { 9, 2, 7, 4, -1, 8 }) {
			this.top.offer(0.5f, id);
		}
		assertThat(this.top.drain()).extracting(Neighbor::id).containsExactly(-1L, 2L, 4L);
	}

	@Test
	void theLimitIsTheFarthestThatStillGetsIn() {
		this.top.reset(2);
		assertThat(this.top.limit()).isEqualTo(Float.POSITIVE_INFINITY);
		this.top.offer(1, 1);
		this.top.offer(3, 3);
		assertThat(this.top.limit()).isEqualTo(3);
		this.top.offer(2, 2);
		assertThat(this.top.limit()).isEqualTo(2);
	}

}
