package io.github.hnswspring.benchmarks;

import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.benchmarks.harness.Contender;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Grouping}.
 */
class GroupingTests {

	private static final Contender NATIVE = new Contender("hnswlib", 0, Path.of("driver"), false);

	private static final Contender ONE = new Contender("ours-none", 25, Path.of("jdk"), true);

	private static final Contender TWO = new Contender("ours-1", 25, Path.of("jdk"), true);

	@Test
	void smallSetsRunAllAtOnce() {
		assertThat(Grouping.plan(1000, 10, 1).groups(List.of(NATIVE, ONE, TWO)))
			.containsExactly(List.of(NATIVE, ONE, TWO));
	}

	@Test
	void everyGroupHasTheNativePeer() {
		int wholeMemory = (int) (Machine.physicalMemory() >> 20);
		assertThat(Grouping.plan(1000, 10, wholeMemory).groups(List.of(NATIVE, ONE, TWO)))
			.containsExactly(List.of(NATIVE, ONE), List.of(NATIVE, TWO));
	}

	@Test
	void theNativePeerRunsAloneToo() {
		assertThat(Grouping.plan(1000, 10, 1).groups(List.of(NATIVE))).containsExactly(List.of(NATIVE));
	}

}
