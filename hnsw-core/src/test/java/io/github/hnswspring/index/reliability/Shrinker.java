package io.github.hnswspring.index.reliability;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.index.reliability.ModelRun.Operation;

/**
 * Leaves out of a failing history what it does not need to fail: halves, quarters and so
 * on, then single operations (Zeller &amp; Hildebrandt 2002, delta debugging).
 */
final class Shrinker {

	/** Whether a history fails. */
	interface Test {

		boolean fails(List<Operation> operations) throws IOException;

	}

	private final Test test;

	private final long end;

	Shrinker(Test test, long nanos) {
		this.test = test;
		this.end = System.nanoTime() + nanos;
	}

	List<Operation> shrink(List<Operation> failing) throws IOException {
		List<Operation> shortest = new ArrayList<>(failing);
		for (int piece = Math.max(1, shortest.size() / 2); piece >= 1 && System.nanoTime() < this.end;) {
			boolean shorter = false;
			for (int from = shortest.size() - piece; from >= 0 && System.nanoTime() < this.end; from -= piece) {
				List<Operation> candidate = new ArrayList<>(shortest.subList(0, from));
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

}
