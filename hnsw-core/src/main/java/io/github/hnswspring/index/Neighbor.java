package io.github.hnswspring.index;

/**
 * One search result.
 *
 * @param id the id the vector was added with
 * @param distance its exact distance to the query under the index's {@link Metric}
 */
public record Neighbor(long id, float distance) {

}
