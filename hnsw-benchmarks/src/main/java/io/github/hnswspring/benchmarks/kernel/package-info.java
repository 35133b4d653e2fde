/**
 * JMH benchmarks of the inner loops. They need {@code hnsw-core} only and run on JDK 17
 * and newer, with and without {@code jdk.incubator.vector}.
 */
@NullMarked
package io.github.hnswspring.benchmarks.kernel;

import org.jspecify.annotations.NullMarked;
