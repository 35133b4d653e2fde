package io.github.hnswspring.benchmarks.harness;

/**
 * Recall and speed of one contender with one setting.
 *
 * @param dataset the data set
 * @param contender the engine and its configuration
 * @param group contenders of one group took turns; only they are compared
 * @param setting how the size of the candidate list came about
 * @param k results asked for
 * @param ef size of the candidate list, 0 where the engine chose it or has none
 * @param recall mean over the passes
 * @param bestQps queries per second of the best pass
 * @param medianQps queries per second of the median pass
 * @param p50Nanos median latency of the best pass
 * @param p99Nanos latency 99 % of the queries of the best pass stay below
 */
public record DefaultsMeasurement(String dataset, Contender contender, int group, Setting setting, int k, int ef,
		double recall, double bestQps, double medianQps, long p50Nanos, long p99Nanos) {

	/**
	 * How the size of the candidate list came about.
	 */
	public enum Setting {

		/** Left to the engine. */
		DEFAULTS,

		/** The same for every data set. */
		FIXED,

		/**
		 * The smallest one tried that reaches the target, or the largest if none does.
		 */
		CHOSEN

	}

}
