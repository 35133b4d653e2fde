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
 * @param efSearch size of the candidate list while searching
 * @param seed seed of the layer assignment
 * @param threads threads of a bulk load and a batch search
 * @param quantization bits a component kept for walking the graph
 */
public record GraphParameters(int dimensions, Metric metric, int m, int efConstruction, int efSearch, long seed,
		int threads, Quantization quantization) {

}
