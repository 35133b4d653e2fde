package io.github.hnswspring.index;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.Walks;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An index at its defaults over a family of data, beside what is true of it. Confined to
 * one thread.
 */
final class IndexedFamily implements AutoCloseable {

	/**
	 * Up to here every search compares with everything, with the Vector API or without.
	 */
	static final int SMALL = 10_000;

	/**
	 * Enough for a graph to miss something. Building an index of this size takes seconds:
	 * share it, see {@link #large}.
	 */
	static final int LARGE = 8_000;

	private static final int QUERIES = 100;

	private static final Map<String, IndexedFamily> LARGE_ONES = new HashMap<>();

	final Families.Data data;

	final HnswIndex index;

	private final double[][] distances;

	private IndexedFamily(Families.Data data, HnswIndex index) {
		this.data = data;
		this.index = index;
		Truth truth = new Truth(index.metric(), data.base());
		float[][] queries = data.queries();
		this.distances = IntStream.range(0, queries.length)
			.parallel()
			.mapToObj((i) -> truth.distances(queries[i]))
			.toArray(double[][]::new);
		data.addTo(index);
	}

	/** An index of its own, at the defaults but for the bits. */
	static IndexedFamily of(Families family, int count, int dimensions, Metric metric, Quantization quantization) {
		return of(family, count, HnswIndex.builder(dimensions).metric(metric).quantization(quantization).build());
	}

	/** In an index that is given, and closed with this. */
	static IndexedFamily of(Families family, int count, HnswIndex index) {
		int dimensions = index.dimensions();
		return new IndexedFamily(family.data(count, dimensions, QUERIES, 20261128), index);
	}

	static IndexedFamily of(Families family, int count, int dimensions, Metric metric) {
		return of(family, count, dimensions, metric, HnswIndexBuilder.DEFAULT_QUANTIZATION);
	}

	/**
	 * An index of {@value #LARGE} vectors that all test classes of a run share. No test
	 * closes or changes it, and it learns nothing from what they ask. From here on
	 * searches walk, as they would if it were so large that comparing everything took
	 * long, until the test ends: see {@link AsUsual}.
	 */
	static synchronized IndexedFamily large(Families family, int dimensions, Metric metric, Quantization quantization) {
		Walks.FreeWalks.asIfLarge();
		return LARGE_ONES
			.computeIfAbsent(family + " " + dimensions + " " + metric + " " + quantization, (key) -> of(family, LARGE,
					HnswIndex.builder(dimensions).metric(metric).quantization(quantization).recentQueries(0).build()));
	}

	static IndexedFamily large(Families family, int dimensions, Metric metric) {
		return large(family, dimensions, metric, HnswIndexBuilder.DEFAULT_QUANTIZATION);
	}

	/** Mean recall over all queries. */
	double recall(int k) {
		return mean(
				(i) -> Truth.answer(this.distances[i], k, null).recall(this.index.search(this.data.queries()[i], k)));
	}

	/** Mean recall over half of the queries, each with a filter made for it. */
	double recall(int k, Function<double[], LongPredicate> filters, boolean asSet) {
		return IntStream.range(0, QUERIES / 2).mapToDouble((i) -> {
			LongPredicate filter = filters.apply(this.distances[i]);
			VectorQuery query = VectorQuery.of(this.data.queries()[i]).k(k);
			List<Neighbor> hits = this.index
				.search(asSet ? query.filter(Filters.set(filter, this.data.base().length)) : query.filter(filter));
			return Truth.answer(this.distances[i], k, filter).recall(hits);
		}).average().orElseThrow();
	}

	/**
	 * The share of those within a limit that come back; the limit is where the k-th lies.
	 */
	double recallWithin(int limitAt, int k) {
		return mean((i) -> {
			Truth.Answer within = Truth.answer(this.distances[i], limitAt, null);
			float limit = Math.nextUp((float) within.limit());
			VectorQuery query = VectorQuery.of(this.data.queries()[i]).k(k).maxDistance(limit);
			return Truth.answer(this.distances[i], Math.min(k, limitAt), null).recall(this.index.search(query));
		});
	}

	/** What is true for one query. */
	Truth.Answer answer(int query, int k, @Nullable LongPredicate filter) {
		return Truth.answer(this.distances[query], k, filter);
	}

	/**
	 * How many of so many members are not the first hit, or as near, of a search for
	 * themselves.
	 */
	int lost(int members) {
		int lost = 0;
		float[][] base = this.data.base();
		Random random = new Random(this.data.seed());
		for (int i = 0; i < members; i++) {
			float[] member = base[(members < base.length) ? random.nextInt(base.length) : i];
			List<Neighbor> hits = this.index.search(member, 1);
			if (hits.isEmpty() || TestVectors.distance(this.index.metric(), member,
					base[(int) hits.get(0).id()]) > Float.MIN_NORMAL + this.data.dimensions() * Math.ulp(1.0)) {
				lost++;
			}
		}
		return lost;
	}

	private double mean(IntToDoubleFunction ofQuery) {
		return IntStream.range(0, QUERIES).mapToDouble(ofQuery).average().orElseThrow();
	}

	@Override
	public void close() {
		this.index.close();
	}

	@Override
	public String toString() {
		return this.data + ", " + this.index.metric() + ", " + this.index.quantization();
	}

	/** After each test the planner chooses again. */
	static final class AsUsual implements AfterEachCallback {

		@Override
		public void afterEach(ExtensionContext context) {
			Walks.FreeWalks.asUsual();
		}

	}

}
