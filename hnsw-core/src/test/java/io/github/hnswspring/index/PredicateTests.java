package io.github.hnswspring.index;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Predicates that are not as they should be harm their own search only. */
class PredicateTests {

	private static final int COUNT = 1500;

	private final Random random = new Random(11);

	private final float[][] vectors = TestVectors.ofFewFeatures(COUNT, 96, 12);

	@AfterEach
	void asUsual() {
		Walks.FreeWalks.asUsual();
	}

	/** Each id is asked about once, and what was said first counts. */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void thatChangeTheirMinds(boolean walks) {
		try (HnswIndex index = index(walks)) {
			for (int i = 0; i < 60; i++) {
				Map<Long, Boolean> said = new HashMap<>();
				List<Neighbor> hits = index.search(VectorQuery.of(this.vectors[i]).k(1 + i * 4).filter((id) -> {
					boolean passes = this.random.nextInt(1 + said.size() % 3) == 0;
					assertThat(said.put(id, passes)).isNull();
					return passes;
				}));
				assertThat(hits).extracting(Neighbor::id).doesNotHaveDuplicates().allMatch(said::get);
				long passed = said.values().stream().filter((passes) -> passes).count();
				assertThat(hits).hasSize((int) Math.min(1 + i * 4, passed));
			}
		}
	}

	/** Nothing waits for a search that has failed: slots are used again. */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void thatFail(boolean walks) {
		try (HnswIndex index = index(walks)) {
			for (int i = 0; i < 3000; i++) {
				AtomicInteger calls = new AtomicInteger(i % 50);
				VectorQuery query = VectorQuery.of(this.vectors[i % COUNT]).k(10).filter((id) -> {
					if (calls.decrementAndGet() < 0) {
						throw new IllegalStateException("no filter");
					}
					return id % 2 == 0;
				});
				assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> index.search(query))
					.withMessage("no filter");
				index.add(i % COUNT, this.vectors[(i + 1) % COUNT]);
			}
			HnswStatistics statistics = index.statistics();
			assertThat(statistics.size()).isEqualTo(COUNT);
			assertThat(statistics.removedSlots() + statistics.freeSlots()).isLessThan(COUNT);
			assertThat(index.audit().isConnected()).isTrue();
		}
	}

	private HnswIndex index(boolean walks) {
		if (walks) {
			Walks.FreeWalks.walkAlways();
		}
		return TestVectors.indexOf(Metric.EUCLIDEAN, this.vectors);
	}

}
