package io.github.hnswspring.benchmarks.engine;

import java.nio.file.Path;

import io.github.hnswspring.benchmarks.data.Space;

/**
 * What every engine is told.
 *
 * @param dimensions components of every vector
 * @param space how distances are measured
 * @param m links of a node, the paper's M
 * @param efConstruction size of the candidate list while inserting
 * @param directory an empty directory for files of the engine
 */
public record EngineSettings(int dimensions, Space space, int m, int efConstruction, Path directory) {

}
