package io.github.hnswspring.reliability;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves out of a failing history what it does not need to fail: halves, quarters and so
 * on, then single operations (Zeller &amp; Hildebrandt 2002, delta debugging).
 *
 * @param <T> an operation
 */
public final class Shrinker<T> {

	private final Test<T> test;

	private final long end;

	/**
	 * Creates one.
	 * @param test whether a history fails
	 * @param nanos after which it stops
	 */
	public Shrinker(Test<T> test, long nanos) {
		this.test = test;
		this.end = System.nanoTime() + nanos;
	}

	/**
	 * Makes a history shorter.
	 * @param failing a history that fails
	 * @return one that fails too, with as little of it as was found in time
	 * @throws IOException if the test does
	 */
	public List<T> shrink(List<T> failing) throws IOException {
		List<T> shortest = new ArrayList<>(failing);
		for (int piece = Math.max(1, shortest.size() / 2); piece >= 1 && System.nanoTime() < this.end;) {
			boolean shorter = false;
			for (int from = shortest.size() - piece; from >= 0 && System.nanoTime() < this.end; from -= piece) {
				List<T> candidate = new ArrayList<>(shortest.subList(0, from));
				candidate.addAll(shortest.subList(from + piece, shortest.size()));
				if (this.test.fails(candidate)) {
					shortest = candidate;
					shorter = true;
				}
			}
			if (!shorter || piece > shortest.size()) {
				if (piece == 1) {
					break;
				}
				piece = piece / 2;
			}
		}
		return shortest;
	}

	/**
	 * Whether a history fails.
	 *
	 * @param <T> an operation
	 */
	@FunctionalInterface
	public interface Test<T> {

		boolean fails(List<T> operations) throws IOException;

	}

}
