package io.github.hnswspring.benchmarks.replica;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Latencies}.
 */
class LatenciesTests {

	@Test
	void aPercentileIsADurationThatOccurred() {
		Latencies latencies = new Latencies();
		for (int millis = 200; millis > 0; millis--) {
			latencies.add(millis * 1_000_000L);
		}
		assertThat(latencies.count()).isEqualTo(200);
		assertThat(latencies.millis(50)).isEqualTo(100);
		assertThat(latencies.millis(99)).isEqualTo(198);
		assertThat(latencies.millis(100)).isEqualTo(200);
	}

	@Test
	void theOnlyOneIsEveryPercentile() {
		Latencies latencies = new Latencies();
		latencies.add(3_000_000);
		assertThat(latencies.millis(50)).isEqualTo(3);
		assertThat(latencies.millis(99)).isEqualTo(3);
	}

}
