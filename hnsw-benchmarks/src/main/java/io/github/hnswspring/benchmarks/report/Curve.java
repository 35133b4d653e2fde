package io.github.hnswspring.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Recall and speed of one contender on one data set.
 *
 * @param dataset the data set
 * @param contender label of the engine and its configuration
 * @param group contenders of one group took turns; only they are compared
 * @param threads searching threads
 * @param points one for each size of the candidate list, ascending
 */
public record Curve(String dataset, String contender, int group, int threads, List<Point> points) {

	/**
	 * The speed at a recall, interpolated between neighbouring points of the Pareto
	 * front: the logarithm of the speed is taken as linear in the recall. Never
	 * extrapolated.
	 * @param recall 0 to 1
	 * @param best {@code true} for the best passes, {@code false} for the median ones
	 * @return queries per second, or empty if the curve does not span this recall
	 */
	public OptionalDouble qpsAt(double recall, boolean best) {
		List<Point> front = front(best);
		for (int i = 0; i + 1 < front.size(); i++) {
			Point low = front.get(i);
			Point high = front.get(i + 1);
			if (low.recall() <= recall && recall <= high.recall()) {
				double share = (recall - low.recall()) / (high.recall() - low.recall());
				double logarithm = Math.log(low.qps(best)) * (1 - share) + Math.log(high.qps(best)) * share;
				return OptionalDouble.of(Math.exp(logarithm));
			}
		}
		return OptionalDouble.empty();
	}

	/** Points no other point beats in both recall and speed, by ascending recall. */
	private List<Point> front(boolean best) {
		List<Point> descending = new ArrayList<>(this.points);
		descending
			.sort(Comparator.comparingDouble(Point::recall).thenComparingDouble((point) -> point.qps(best)).reversed());
		List<Point> front = new ArrayList<>();
		for (Point point : descending) {
			if (front.isEmpty() || point.qps(best) > front.get(0).qps(best)) {
				front.add(0, point);
			}
		}
		return front;
	}

	/**
	 * One point.
	 *
	 * @param ef size of the candidate list
	 * @param recall mean over the passes
	 * @param bestQps of the best pass
	 * @param medianQps of the median pass
	 * @param p50Nanos latency of the median pass
	 * @param p95Nanos latency of the median pass
	 * @param p99Nanos latency of the median pass
	 * @param allocatedBytes least bytes per query of all passes, or -1
	 */
	public record Point(int ef, double recall, double bestQps, double medianQps, double p50Nanos, double p95Nanos,
			double p99Nanos, double allocatedBytes) {

		double qps(boolean best) {
			return best ? this.bestQps : this.medianQps;
		}

	}

}
