package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.vector.VectorSpace;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ScratchPoolTests {

	private final VectorSpace space = VectorSpace.onHeap(4, Metric.EUCLIDEAN);

	private final ScratchPool pool = new ScratchPool(
			() -> new Scratch(this.space, new Slots(this.space::checksum, this.space::isSame), 32), () -> 7);

	@Test
	void aScratchIsUsedAgain() {
		Scratch scratch = this.pool.acquire();
		assertThat(this.pool.oldestStart()).isEqualTo(7);
		this.pool.release(scratch);
		assertThat(this.pool.oldestStart()).isEqualTo(Scratch.IDLE);
		assertThat(this.pool.acquire()).isSameAs(scratch);
	}

	@Test
	void whatOneHugeSearchNeededIsNotKept() {
		Scratch scratch = this.pool.acquire();
		scratch.ensureBatch(1_000_000);
		this.pool.release(scratch);
		assertThat(this.pool.acquire()).isNotSameAs(scratch);

		Scratch walked = this.pool.acquire();
		walked.pool.reset(1_000_000);
		this.pool.release(walked);
		assertThat(this.pool.acquire()).isNotSameAs(walked);
		assertThat(this.pool.oldestStart()).isEqualTo(7);
	}

}
