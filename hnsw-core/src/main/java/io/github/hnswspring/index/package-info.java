/**
 * What a user of the engine sees. Read {@link io.github.hnswspring.index.HnswIndex}
 * first, then {@link io.github.hnswspring.index.VectorQuery} and
 * {@link io.github.hnswspring.index.Metric}; for those who ask why,
 * {@link io.github.hnswspring.index.SearchTrace}.
 * <p>
 * An id is any {@code long} the caller chooses; a distance is smaller for nearer vectors.
 * Nothing in the packages below this one appears in a signature here.
 */
@NullMarked
package io.github.hnswspring.index;

import org.jspecify.annotations.NullMarked;
