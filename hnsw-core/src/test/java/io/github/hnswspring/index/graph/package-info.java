/** Tests of single classes of the graph that its public interface cannot reach. */
@NullMarked
package io.github.hnswspring.index.graph;

import org.jspecify.annotations.NullMarked;
