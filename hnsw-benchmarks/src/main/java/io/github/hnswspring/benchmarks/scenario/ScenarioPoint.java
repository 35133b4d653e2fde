package io.github.hnswspring.benchmarks.scenario;

import java.util.Locale;

/**
 * One figure of a scenario; what has no meaning there is -1.
 *
 * @param series the line of the plot it belongs to
 * @param x where on that line: a share, a cycle, a number of vectors
 * @param recall share of true neighbours found
 * @param qps queries per second, one thread
 * @param p50Micros median latency
 * @param p99Micros latency 99 % of the queries stay below
 * @param seconds a duration
 * @param bytesPerVector memory
 */
public record ScenarioPoint(String series, double x, double recall, double qps, double p50Micros, double p99Micros,
		double seconds, double bytesPerVector) {

	private static final String SEPARATOR = "\t";

	String toLine() {
		return this.series + SEPARATOR + this.x + SEPARATOR + this.recall + SEPARATOR + this.qps + SEPARATOR
				+ this.p50Micros + SEPARATOR + this.p99Micros + SEPARATOR + this.seconds + SEPARATOR
				+ this.bytesPerVector;
	}

	/**
	 * Reads what a forked JVM has written.
	 * @param line the line
	 * @return the point
	 */
	public static ScenarioPoint of(String line) {
		String[] cells = line.split(SEPARATOR);
		double[] numbers = new double[cells.length - 1];
		for (int i = 0; i < numbers.length; i++) {
			numbers[i] = Double.parseDouble(cells[i + 1]);
		}
		return new ScenarioPoint(cells[0], numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5],
				numbers[6]);
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "%s at %s: recall %.4f, %.0f QPS, p50 %.1f us, p99 %.1f us, %.3f s, %.0f B",
				this.series, this.x, this.recall, this.qps, this.p50Micros, this.p99Micros, this.seconds,
				this.bytesPerVector);
	}

}
