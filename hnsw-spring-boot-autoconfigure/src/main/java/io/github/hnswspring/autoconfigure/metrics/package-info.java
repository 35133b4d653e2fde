/**
 * Meters; needs {@code spring-boot-micrometer-metrics}. Read
 * {@link io.github.hnswspring.autoconfigure.metrics.HnswMetrics} first.
 */
@NullMarked
package io.github.hnswspring.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
