/**
 * The Actuator endpoint {@code hnsw}; needs {@code spring-boot-actuator-autoconfigure}.
 * Read {@link io.github.hnswspring.autoconfigure.endpoint.HnswEndpoint} first.
 */
@NullMarked
package io.github.hnswspring.autoconfigure.endpoint;

import org.jspecify.annotations.NullMarked;
