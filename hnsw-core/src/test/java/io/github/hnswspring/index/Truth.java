package io.github.hnswspring.index;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * What a search has to find: brute force in double arithmetic over vectors whose ids are
 * their rows. Thread-safe.
 */
final class Truth {

	/**
	 * What counts as equally near, as a share of the limit and of the range of distances,
	 * whichever is less: a fixed number would mean nothing at cosines that differ in the
	 * ninth digit.
	 */
	private static final double TOLERANCE = 1e-5;

	private final Metric metric;

	private final float[][] base;

	private final double[] squaredNorms;

	Truth(Metric metric, float[][] base) {
		this.metric = metric;
		this.base = base;
		this.squaredNorms = new double[base.length];
		for (int i = 0; i < base.length; i++) {
			this.squaredNorms[i] = dot(base[i], base[i]);
		}
	}

	Answer answer(float[] query, int k, @Nullable LongPredicate filter) {
		return answer(distances(query), k, filter);
	}

	/**
	 * The k nearest of those the filter accepts.
	 * @param distances what {@link #distances} gave for the query
	 */
	static Answer answer(double[] distances, int k, @Nullable LongPredicate filter) {
		double[] sorted = (filter != null)
				? IntStream.range(0, distances.length).filter(filter::test).mapToDouble((i) -> distances[i]).toArray()
				: distances.clone();
		Arrays.sort(sorted);
		int size = Math.min(k, sorted.length);
		if (size == 0) {
			return new Answer(distances, filter, 0, Double.NEGATIVE_INFINITY);
		}
		double limit = sorted[size - 1];
		double range = sorted[sorted.length - 1] - sorted[0];
		// Distances are returned as floats, and what is the same float is equally near.
		double tolerance = Math.max(TOLERANCE * Math.min(Math.abs(limit), range), Math.ulp((float) limit));
		return new Answer(distances, filter, size, limit + tolerance + 1e-13);
	}

	double[] distances(float[] query) {
		double squaredNorm = dot(query, query);
		double[] distances = new double[this.base.length];
		for (int i = 0; i < distances.length; i++) {
			distances[i] = switch (this.metric) {
				// Equal vectors have distance 0 whatever the rounding.
				case COSINE ->
					Math.max(0, 1 - dot(query, this.base[i]) / Math.sqrt(squaredNorm * this.squaredNorms[i]));
				case DOT_PRODUCT -> -dot(query, this.base[i]);
				case EUCLIDEAN -> Math.sqrt(squaredDistance(query, this.base[i]));
			};
		}
		return distances;
	}

	private static double dot(float[] a, float[] b) {
		double even = 0;
		double odd = 0;
		int i = 0;
		for (; i + 1 < a.length; i += 2) {
			even += (double) a[i] * b[i];
			odd += (double) a[i + 1] * b[i + 1];
		}
		return (i < a.length) ? even + odd + (double) a[i] * b[i] : even + odd;
	}

	private static double squaredDistance(float[] a, float[] b) {
		double even = 0;
		double odd = 0;
		for (int i = 0; i < a.length; i++) {
			double difference = (double) a[i] - b[i];
			if (i % 2 == 0) {
				even += difference * difference;
			}
			else {
				odd += difference * difference;
			}
		}
		return even + odd;
	}

	/**
	 * What is right for one query.
	 *
	 * @param distances of all rows
	 * @param filter what results must pass
	 * @param size how many results there are, k at most
	 * @param limit the largest distance a right result has
	 */
	record Answer(double[] distances, @Nullable LongPredicate filter, int size, double limit) {

		/** The share of the right results that were returned. */
		double recall(List<Neighbor> hits) {
			return (this.size == 0) ? 1 : Math.min(1, (double) right(hits) / this.size);
		}

		/** How many results are right; the same one twice, or a forbidden one, is not. */
		int right(List<Neighbor> hits) {
			Set<Long> seen = new HashSet<>();
			int right = 0;
			for (Neighbor hit : hits) {
				boolean allowed = this.filter == null || this.filter.test(hit.id());
				if (seen.add(hit.id()) && allowed && this.distances[(int) hit.id()] <= this.limit) {
					right++;
				}
			}
			return right;
		}

	}

}
