package io.github.hnswspring.benchmarks.replica;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Durations of single calls. Confined to one thread.
 */
final class Latencies {

	private final List<Long> nanos = new ArrayList<>();

	void add(long nanos) {
		this.nanos.add(Math.max(0, nanos));
	}

	int count() {
		return this.nanos.size();
	}

	/** Measures a call. */
	void time(Runnable call) {
		long start = System.nanoTime();
		call.run();
		add(System.nanoTime() - start);
	}

	/**
	 * A percentile.
	 * @param percent 0 to 100
	 * @return milliseconds that so many calls did not take longer than
	 */
	double millis(double percent) {
		List<Long> sorted = new ArrayList<>(this.nanos);
		Collections.sort(sorted);
		int rank = (int) Math.ceil(percent / 100 * sorted.size());
		return sorted.get(Math.max(0, rank - 1)) / 1e6;
	}

	/** Hands out median and 99th percentile. */
	void report(ReplicaContext context, String what) {
		context.figure(what + ", median of " + this.nanos.size(), millis(50), "ms");
		context.figure(what + ", 99th percentile", millis(99), "ms");
	}

}
