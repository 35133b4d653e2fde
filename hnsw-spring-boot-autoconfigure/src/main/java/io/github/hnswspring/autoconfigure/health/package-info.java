/**
 * The health indicator {@code hnsw}; needs {@code spring-boot-health}. Read
 * {@link io.github.hnswspring.autoconfigure.health.HnswHealthIndicator} first.
 */
@NullMarked
package io.github.hnswspring.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
