/**
 * Stress tests of what readers of the graph see while it changes. They lie in the package
 * they look into; {@code StressTests} runs them.
 */
@NullMarked
package io.github.hnswspring.index.graph;

import org.jspecify.annotations.NullMarked;
