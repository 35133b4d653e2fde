package io.github.hnswspring.benchmarks.harness;

/**
 * One measurement of one point of a curve.
 *
 * @param dataset the data set
 * @param contender label of the engine and its configuration
 * @param group contenders of one group took turns; only they are compared
 * @param fork number of the process, from 0
 * @param pass number of the pass in that process, from 0
 * @param threads searching threads
 * @param ef size of the candidate list
 * @param recall share of true neighbours found, 0 to 1
 * @param qps queries per second
 * @param p50Nanos median latency
 * @param p95Nanos latency 95 % of the queries stay below
 * @param p99Nanos latency 99 % of the queries stay below
 * @param allocatedBytes bytes allocated per query, or -1 if unknown
 */
public record Measurement(String dataset, String contender, int group, int fork, int pass, int threads, int ef,
		double recall, double qps, long p50Nanos, long p95Nanos, long p99Nanos, double allocatedBytes) {

}
