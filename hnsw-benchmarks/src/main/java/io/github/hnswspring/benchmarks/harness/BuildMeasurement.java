package io.github.hnswspring.benchmarks.harness;

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
 * @param heapBytesPerVector heap a vector as measured
 * @param claimedBytesPerVector heap a vector as the engine says, or -1
 * @param offHeapBytesPerVector native memory, maps and files a vector
 * @param remark the engine's remark
 */
public record BuildMeasurement(String dataset, String contender, int fork, int round, int threads, int vectors,
		double seconds, double heapBytesPerVector, double claimedBytesPerVector, double offHeapBytesPerVector,
		String remark) {

	/**
	 * All memory a vector takes.
	 * @return bytes
	 */
	public double totalBytesPerVector() {
		return this.heapBytesPerVector + this.offHeapBytesPerVector;
	}

}
