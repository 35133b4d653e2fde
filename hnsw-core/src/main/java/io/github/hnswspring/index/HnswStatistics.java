package io.github.hnswspring.index;

/**
 * What an index looks like at one moment; taken while searches and writers go on, so the
 * figures may be a few operations apart.
 *
 * @param size live vectors
 * @param removedSlots slots of removed or replaced vectors not yet reusable
 * @param freeSlots slots ready to be reused
 * @param layers number of layers of the graph, 0 when empty
 * @param nodesPerLayer nodes on each layer, from layer 0 upwards
 * @param minDegree fewest outgoing links of a live node on layer 0
 * @param meanDegree mean number of outgoing links on layer 0
 * @param maxDegree most outgoing links on layer 0
 * @param heapBytes bytes of heap held by vectors, codes, links and ids; scratch of
 * running searches excluded
 * @param mappedBytes bytes of memory-mapped files, 0 if vectors are on the heap
 * @param quantization the quantization in use
 * @param efSearch the candidate list of a search for ten: as set, or what the target
 * takes; 0 where everything is compared instead
 * @param targetRecall the mean share of the true nearest to be found; NaN where efSearch
 * is set
 * @param measuredRecall what was measured at k = 10: on vectors before they were added,
 * on members, or on queries that were asked, whichever is least; 1 where everything is
 * compared, NaN where nothing was measured yet
 * @param simd the distance kernels in use, such as {@code "Vector API, 512 bit"} or
 * {@code "scalar"}
 */
public record HnswStatistics(int size, int removedSlots, int freeSlots, int layers, int[] nodesPerLayer, int minDegree,
		double meanDegree, int maxDegree, long heapBytes, long mappedBytes, Quantization quantization, int efSearch,
		double targetRecall, double measuredRecall, String simd) {

}
