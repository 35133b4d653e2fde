package io.github.hnswspring.benchmarks.replica;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Turns}.
 */
class TurnsTests {

	@Test
	void theOrderIsReversedInEverySecondPair() {
		List<String> order = new ArrayList<>();
		Turns.compare(3, () -> {
			order.add("ours");
			return 1;
		}, () -> {
			order.add("theirs");
			return 1;
		});
		assertThat(order).containsExactly("ours", "theirs", "theirs", "ours", "ours", "theirs");
	}

	@Test
	void theRatioIsThatOfTheMediansAndItsRangeThatOfThePairs() {
		Iterator<Double> ours = List.of(30.0, 100.0, 20.0).iterator();
		Iterator<Double> theirs = List.of(10.0, 20.0, 5.0).iterator();
		assertThat(Turns.compare(3, ours::next, theirs::next)).isEqualTo(new Turns.Rates(30, 10, 3, 3, 5));
	}

	@Test
	void anEvenNumberOfTurnsHasAMedianBetweenTwo() {
		Iterator<Double> ours = List.of(10.0, 30.0).iterator();
		assertThat(Turns.compare(2, ours::next, () -> 10).ours()).isEqualTo(20);
	}

	@Test
	void everyThreadCallsAndNoNumberIsGivenTwice() {
		Set<Integer> numbers = ConcurrentHashMap.newKeySet();
		Set<Thread> threads = ConcurrentHashMap.newKeySet();
		AtomicInteger next = new AtomicInteger();
		double rate = Turns.rate(3, 20, next, (number) -> {
			assertThat(numbers.add(number)).isTrue();
			threads.add(Thread.currentThread());
		});
		assertThat(threads).hasSize(3);
		assertThat(numbers).hasSize(next.get());
		assertThat(rate).isPositive().isLessThanOrEqualTo(next.get() / 0.02);
	}

	@Test
	void aCallThatFailsFailsTheMeasurement() {
		assertThatIllegalStateException().isThrownBy(() -> Turns.rate(2, 20, new AtomicInteger(), (number) -> {
			throw new IllegalArgumentException("no answer");
		})).withMessage("A measurement failed").havingCause().withMessage("no answer");
	}

}
