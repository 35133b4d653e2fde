package io.github.hnswspring.benchmarks.harness;

import java.util.List;

/**
 * How a comparison is run.
 *
 * @param m links of a node
 * @param efConstruction size of the candidate list while inserting
 * @param k results per query
 * @param efs sizes of the candidate list to try, ascending
 * @param passes how often each point is measured in one process
 * @param forks how often each process is started afresh
 * @param searchThreads numbers of searching threads to try
 * @param buildThreads numbers of building threads to try; the last one's index is
 * searched
 * @param builds how often each process builds; the first time its code is not compiled
 * yet
 * @param warmUpMillis how long each process searches before anything is measured
 * @param minMillis least duration of a measurement
 * @param maxMillis longest duration of a measurement; slow engines answer fewer queries
 * @param jvmArguments further arguments of each JVM
 */
public record RunSettings(int m, int efConstruction, int k, List<Integer> efs, int passes, int forks,
		List<Integer> searchThreads, List<Integer> buildThreads, int builds, long warmUpMillis, long minMillis,
		long maxMillis, List<String> jvmArguments) {

}
