package io.github.hnswspring.index.graph;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import io.github.hnswspring.index.vector.LongRows;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** From ids to slots, by a hash table without tombstones. */
class IdMapTests {

	private final LongRows ids = new LongRows(1);

	private final IdMap map = new IdMap(this.ids);

	@Test
	void whatIsPutIsFoundUntilItIsRemoved() {
		put(Long.MIN_VALUE, 0);
		put(-1, 1);
		assertThat(this.map.get(Long.MIN_VALUE)).isZero();
		assertThat(this.map.get(-1)).isEqualTo(1);
		assertThat(this.map.get(5)).isEqualTo(IdMap.NONE);
		assertThat(this.map.remove(-1)).isEqualTo(1);
		assertThat(this.map.remove(-1)).isEqualTo(IdMap.NONE);
		assertThat(this.map.get(-1)).isEqualTo(IdMap.NONE);
		assertThat(this.map.size()).isEqualTo(1);
	}

	/** Ids that follow each other fall into clusters, whose gaps have to be closed. */
	@Test
	void itDoesWhatAMapDoes() {
		long seed = 20261128;
		Random random = new Random(seed);
		Map<Long, Integer> expected = new HashMap<>();
		for (int slot = 0; slot < 20_000; slot++) {
			long id = random.nextInt(2000);
			if (random.nextBoolean() && !expected.containsKey(id)) {
				put(id, slot);
				expected.put(id, slot);
			}
			else {
				Integer was = expected.remove(id);
				assertThat(this.map.remove(id)).as("seed %d", seed).isEqualTo((was != null) ? was : IdMap.NONE);
			}
		}
		for (long id = 0; id < 2000; id++) {
			assertThat(this.map.get(id)).as("id %d, seed %d", id, seed)
				.isEqualTo(expected.getOrDefault(id, IdMap.NONE));
		}
		assertThat(this.map.size()).isEqualTo(expected.size());
	}

	@Test
	void idsThatAreThereTwiceAreTold() {
		for (int slot = 0; slot < 4; slot++) {
			this.ids.ensureSlot(slot);
			this.ids.set(slot, slot % 3);
		}
		this.map.ensureCapacity(4);
		assertThat(this.map.fill(4, (slot) -> true)).as("slot 3 has the id of slot 0").isEqualTo(3);
	}

	private void put(long id, int slot) {
		this.ids.ensureSlot(slot);
		this.ids.set(slot, id);
		this.map.put(id, slot);
	}

}
