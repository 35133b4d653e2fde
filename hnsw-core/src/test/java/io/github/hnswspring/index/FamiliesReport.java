package io.github.hnswspring.index;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.github.hnswspring.index.Truth.Answer;

import org.jspecify.annotations.Nullable;

/**
 * Prints recall, time and build time over families of data, for work on the engine. Not a
 * test, and not part of the build; run it with the class path of the tests:
 *
 * <pre>
 * java -cp target/classes:target/test-classes:... io.github.hnswspring.index.FamiliesReport
 *   families=clusters,plane metrics=cosine bits=none,1,4,8 n=25000 dims=96 k=10
 * </pre>
 *
 * Further arguments: {@code queries=200}, {@code ef=64} (the default if absent),
 * {@code threads=2}, {@code seed=1}, {@code own=500} (members searched for by their own
 * vector, 0 for none), {@code filter=opposed:.1} (the nearest tenth is excluded),
 * {@code filter=correlated:.1} (only the nearest tenth passes), {@code filter=random:.1},
 * each a set, or a predicate with {@code by=predicate}, and {@code real=base,query} (two
 * files as {@link RealData} reads them, instead of families).
 */
final class FamiliesReport {

	private static final List<String> ARGUMENTS = List.of("families", "metrics", "bits", "n", "dims", "k", "queries",
			"ef", "threads", "seed", "own", "filter", "by", "real");

	private final Map<String, String> arguments = new HashMap<>();

	private FamiliesReport(String[] args) {
		for (String arg : args) {
			String name = arg.substring(0, Math.max(0, arg.indexOf('=')));
			if (!ARGUMENTS.contains(name)) {
				throw new IllegalArgumentException("Do not know " + arg + "; give name=value, names are " + ARGUMENTS);
			}
			this.arguments.put(name, arg.substring(name.length() + 1));
		}
	}

	public static void main(String[] args) throws Exception {
		new FamiliesReport(args).run();
	}

	private void run() throws Exception {
		System.out.printf("%-16s %-11s %4s %7s %5s %5s %8s %7s %7s %6s %7s%n", "family", "metric", "bits", "n", "dims",
				"k", "recall", "least", "own", "us", "build s");
		int[] ks = list("k", "10").stream().mapToInt(Integer::parseInt).toArray();
		if (this.arguments.containsKey("real")) {
			List<String> files = list("real", "");
			float[][] base = RealData.scaledShorts(Path.of(files.get(0)));
			float[][] queries = RealData.scaledShorts(Path.of(files.get(1)));
			base = Arrays.copyOf(base, Math.min(number("n", base.length), base.length));
			queries = Arrays.copyOf(queries, Math.min(number("queries", 200), queries.length));
			report("REAL", base, queries, new int[] { 0, base.length }, ks);
			return;
		}
		for (Families family : families()) {
			for (String dimensions : list("dims", "96")) {
				Families.Data data = family.data(number("n", 25_000), Integer.parseInt(dimensions),
						number("queries", 200), number("seed", 1));
				int first = data.base().length / 6;
				report(family.name(), data.base(), data.queries(), new int[] { 0, first, data.base().length }, ks);
			}
		}
	}

	private List<Families> families() {
		if (!this.arguments.containsKey("families")) {
			return List.of(Families.values());
		}
		List<Families> families = new ArrayList<>();
		for (String part : list("families", "")) {
			int before = families.size();
			for (Families family : Families.values()) {
				if (family.name().startsWith(part.toUpperCase(Locale.ROOT).replace('-', '_'))) {
					families.add(family);
				}
			}
			if (families.size() == before) {
				throw new IllegalArgumentException(
						"No family begins with " + part + "; there are " + List.of(Families.values()));
			}
		}
		return families;
	}

	private void report(String name, float[][] base, float[][] queries, int[] batches, int[] ks) {
		for (String metricName : list("metrics", "cosine,dot_product,euclidean")) {
			Metric metric = metric(metricName);
			Truth truth = new Truth(metric, base);
			// The filter of a query depends on the query alone, not on k.
			LongPredicate[] filters = new LongPredicate[queries.length];
			Answer[][] answers = new Answer[ks.length][queries.length];
			IntStream.range(0, queries.length).parallel().forEach((q) -> {
				double[] distances = truth.distances(queries[q]);
				filters[q] = filter(distances, q);
				for (int i = 0; i < ks.length; i++) {
					answers[i][q] = Truth.answer(distances, ks[i], filters[q]);
				}
			});
			for (String bits : list("bits", "4")) {
				report(name, metric, Quantization.of(bits), base, queries, batches, ks, filters, answers);
			}
		}
	}

	private void report(String name, Metric metric, Quantization quantization, float[][] base, float[][] queries,
			int[] batches, int[] ks, LongPredicate[] filters, Answer[][] answers) {
		HnswIndexBuilder builder = HnswIndex.builder(base[0].length).metric(metric).quantization(quantization);
		builder.threads(number("threads", 2));
		if (this.arguments.containsKey("ef")) {
			builder.efSearch(number("ef", 64));
		}
		try (HnswIndex index = builder.build()) {
			long start = System.nanoTime();
			for (int i = 1; i < batches.length; i++) {
				long[] ids = LongStream.range(batches[i - 1], batches[i]).toArray();
				index.addAll(ids, Arrays.copyOfRange(base, batches[i - 1], batches[i]));
			}
			double buildSeconds = (System.nanoTime() - start) / 1e9;
			double own = own(index, base);
			for (int i = 0; i < ks.length; i++) {
				VectorQuery[] vectorQueries = new VectorQuery[queries.length];
				for (int q = 0; q < queries.length; q++) {
					vectorQueries[q] = query(queries[q], ks[i], filters[q], base.length);
				}
				double sum = 0;
				double least = 1;
				for (int q = 0; q < queries.length; q++) {
					double recall = answers[i][q].recall(index.search(vectorQueries[q]));
					sum += recall;
					least = Math.min(least, recall);
				}
				System.out.printf(Locale.ROOT, "%-16s %-11s %4s %7d %5d %5d %8.4f %7.3f %7.3f %6.1f %7.2f%n", name,
						metric, quantization.isNone() ? "none" : quantization.bits(), base.length, base[0].length,
						ks[i], sum / queries.length, least, own, micros(index, vectorQueries), buildSeconds);
			}
		}
	}

	/** The median of several rounds, warmed up by the first of them. */
	private static double micros(HnswIndex index, VectorQuery[] queries) {
		double[] rounds = new double[9];
		long results = 0;
		for (int round = 0; round < rounds.length; round++) {
			long start = System.nanoTime();
			for (VectorQuery query : queries) {
				results += index.search(query).size();
			}
			rounds[round] = (System.nanoTime() - start) / 1e3 / queries.length;
		}
		Arrays.sort(rounds);
		return (results < 0) ? Double.NaN : rounds[rounds.length / 2];
	}

	/** The share of members whose own vector finds them, or one as near. */
	private double own(HnswIndex index, float[][] base) {
		int members = Math.min(number("own", 500), base.length);
		if (members == 0 || index.metric() == Metric.DOT_PRODUCT) {
			return Double.NaN;
		}
		Random random = new Random(1);
		double sum = 0;
		for (int i = 0; i < members; i++) {
			float[] member = base[random.nextInt(base.length)];
			List<Neighbor> hits = index.search(member, 1);
			double distance = hits.isEmpty() ? 1
					: TestVectors.distance(index.metric(), member, base[(int) hits.get(0).id()]);
			sum += (distance <= 1e-12) ? 1 : 0;
		}
		return sum / members;
	}

	private @Nullable LongPredicate filter(double[] distances, int seed) {
		String filter = this.arguments.get("filter");
		if (filter == null) {
			return null;
		}
		String kind = filter.substring(0, filter.indexOf(':'));
		double share = Double.parseDouble(filter.substring(filter.indexOf(':') + 1));
		return switch (kind) {
			case "opposed" -> Filters.opposed(distances, share);
			case "correlated" -> Filters.correlated(distances, share);
			case "random" -> Filters.random(distances.length, share, seed);
			default -> throw new IllegalArgumentException(
					"filter must be opposed, correlated or random with a share, but was " + filter);
		};
	}

	private VectorQuery query(float[] vector, int k, @Nullable LongPredicate filter, int count) {
		VectorQuery query = VectorQuery.of(vector).k(k);
		if (filter == null) {
			return query;
		}
		boolean predicate = "predicate".equals(this.arguments.get("by"));
		return predicate ? query.filter(filter) : query.filter(Filters.set(filter, count));
	}

	private static Metric metric(String name) {
		for (Metric metric : Metric.values()) {
			if (metric.name().startsWith(name.toUpperCase(Locale.ROOT))) {
				return metric;
			}
		}
		throw new IllegalArgumentException("No metric begins with " + name);
	}

	private List<String> list(String name, String otherwise) {
		return List.of(this.arguments.getOrDefault(name, otherwise).split(","));
	}

	private int number(String name, int otherwise) {
		String value = this.arguments.get(name);
		return (value != null) ? Integer.parseInt(value) : otherwise;
	}

}
