package io.github.hnswspring.benchmarks.harness;

import java.io.IOException;

import io.github.hnswspring.benchmarks.data.Dataset;

/**
 * One measurement of a build.
 *
 * @param dataset the data set
 * @param contender label of the engine and its configuration
 * @param fork number of the process, from 0
 * @param round 1 for the first build in its process, whose code is not compiled yet, and
 * so on
 * @param threads building threads
 * @param vectors vectors inserted
 * @param seconds time taken
 * @param heapBytesPerVector heap per vector as measured
 * @param claimedBytesPerVector heap per vector as the engine says, or -1
 * @param offHeapBytesPerVector native memory, maps and files a vector
 * @param remark the engine's remark
 */
public record BuildMeasurement(String dataset, String contender, int fork, int round, int threads, int vectors,
		double seconds, double heapBytesPerVector, double claimedBytesPerVector, double offHeapBytesPerVector,
		String remark) {

	static BuildMeasurement of(Dataset dataset, WorkerProcess worker, int fork, int round, WorkerProcess.Build build)
			throws IOException {
		int vectors = dataset.base().rows();
		return new BuildMeasurement(dataset.name(), worker.contender().label(), fork, round, build.threads(), vectors,
				build.nanos() / 1e9, (double) build.heapBytes() / vectors,
				(build.claimedHeapBytes() < 0) ? -1 : (double) build.claimedHeapBytes() / vectors,
				(double) build.offHeapBytes() / vectors, worker.remark());
	}

	/**
	 * All memory per vector.
	 * @return bytes
	 */
	public double totalBytesPerVector() {
		return this.heapBytesPerVector + this.offHeapBytesPerVector;
	}

}
