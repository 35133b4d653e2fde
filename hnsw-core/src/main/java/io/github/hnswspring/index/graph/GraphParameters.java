package io.github.hnswspring.index.graph;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;

/**
 * Everything that shapes an index, already checked by the builder or the file reader.
 *
 * @param dimensions components of every vector
 * @param metric how distances are computed
 * @param m links a new node gets on each layer
 * @param efConstruction size of the candidate list while inserting
 * @param efSearch size of the candidate list while searching, or 0 for what the recall
 * target takes
 * @param targetRecall mean share of the true nearest to be found
 * @param seed seed of the layer assignment
 * @param threads threads of a bulk load and a batch search
 * @param recentQueries queries kept in memory for audits
 * @param quantization bits per component kept for walking the graph
 */
public record GraphParameters(int dimensions, Metric metric, int m, int efConstruction, int efSearch,
		double targetRecall, long seed, int threads, int recentQueries, Quantization quantization) {

}
