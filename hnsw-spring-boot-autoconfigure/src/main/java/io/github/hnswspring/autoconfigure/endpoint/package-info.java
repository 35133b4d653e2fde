/**
 * The Actuator endpoint {@code hnsw}; needs {@code spring-boot-actuator-autoconfigure}.
 * Read {@link io.github.hnswspring.autoconfigure.endpoint.HnswEndpoint} first, then
 * {@code StoreTasks}, what it does to stores.
 */
@NullMarked
package io.github.hnswspring.autoconfigure.endpoint;

import org.jspecify.annotations.NullMarked;
