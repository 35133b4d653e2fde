package io.github.hnswspring.index;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

/** Filters over vectors whose ids are their rows, and how they lie to a query. */
final class Filters {

	private Filters() {
	}

	/** Excludes the nearest share of all: whatever a walk meets first does not pass. */
	static LongPredicate opposed(double[] distances, double share) {
		BitSet rows = nearest(distances, share);
		return (id) -> !rows.get((int) id);
	}

	/** Accepts the nearest share of all only. */
	static LongPredicate correlated(double[] distances, double share) {
		BitSet rows = nearest(distances, share);
		return (id) -> rows.get((int) id);
	}

	/** All as near as the last of the share, so more where distances are equal. */
	private static BitSet nearest(double[] distances, double share) {
		double[] sorted = distances.clone();
		Arrays.sort(sorted);
		double limit = sorted[Math.max(0, (int) Math.round(share * sorted.length) - 1)];
		BitSet rows = new BitSet(distances.length);
		for (int i = 0; i < distances.length; i++) {
			rows.set(i, distances[i] <= limit);
		}
		return rows;
	}

	/** Accepts a share of all, whatever the query; at least one. */
	static LongPredicate random(int rows, double share, long seed) {
		Random random = new Random(seed);
		BitSet accepted = new BitSet(rows);
		for (int i = 0; i < rows; i++) {
			accepted.set(i, random.nextDouble() < share);
		}
		accepted.set(random.nextInt(rows));
		return (id) -> accepted.get((int) id);
	}

	/** The same filter as a set that knows its size. */
	static IdSet set(LongPredicate filter, int rows) {
		BitSet accepted = new BitSet(rows);
		for (int i = 0; i < rows; i++) {
			accepted.set(i, filter.test(i));
		}
		int cardinality = accepted.cardinality();
		return new IdSet() {
			@Override
			public boolean contains(long id) {
				return id >= 0 && id < rows && accepted.get((int) id);
			}

			@Override
			public long cardinality() {
				return cardinality;
			}

			@Override
			public void forEach(LongConsumer consumer) {
				accepted.stream().forEach(consumer::accept);
			}
		};
	}

}
