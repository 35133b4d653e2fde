package io.github.hnswspring.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

import io.github.hnswspring.benchmarks.harness.Measurement;
import io.github.hnswspring.benchmarks.report.Curve.Point;

/**
 * Distils raw measurements into curves.
 */
public final class Curves {

	private Curves() {
	}

	/**
	 * Groups measurements by data set, contender and threads, in the order they came.
	 * @param measurements raw measurements
	 * @return curves
	 */
	public static List<Curve> of(List<Measurement> measurements) {
		Map<Key, TreeMap<Integer, List<Measurement>>> groups = new LinkedHashMap<>();
		for (Measurement each : measurements) {
			groups
				.computeIfAbsent(new Key(each.dataset(), each.contender(), each.group(), each.threads()),
						(key) -> new TreeMap<>())
				.computeIfAbsent(each.ef(), (ef) -> new ArrayList<>())
				.add(each);
		}
		List<Curve> curves = new ArrayList<>();
		groups.forEach((key, points) -> curves.add(new Curve(key.dataset(), key.contender(), key.group(), key.threads(),
				points.values().stream().map(Curves::point).toList())));
		return curves;
	}

	private static Point point(List<Measurement> passes) {
		return new Point(passes.get(0).ef(), passes.stream().mapToDouble(Measurement::recall).average().orElseThrow(),
				passes.stream().mapToDouble(Measurement::qps).max().orElseThrow(), median(passes, Measurement::qps),
				median(passes, Measurement::p50Nanos), median(passes, Measurement::p95Nanos),
				median(passes, Measurement::p99Nanos),
				passes.stream().mapToDouble(Measurement::allocatedBytes).min().orElseThrow());
	}

	private static double median(List<Measurement> passes, ToDoubleFunction<Measurement> value) {
		double[] sorted = passes.stream().mapToDouble(value).sorted().toArray();
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	private record Key(String dataset, String contender, int group, int threads) {

	}

}
