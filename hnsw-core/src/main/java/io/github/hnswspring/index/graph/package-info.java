/**
 * The graph: layers, insertion, search, removal. Works on ordinals, the small dense
 * numbers of the slots vectors live in; only {@code GraphIndex} knows ids.
 */
@NullMarked
package io.github.hnswspring.index.graph;

import org.jspecify.annotations.NullMarked;
