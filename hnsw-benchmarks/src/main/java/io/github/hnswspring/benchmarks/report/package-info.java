/**
 * What a run says: curves distilled from raw measurements
 * ({@link io.github.hnswspring.benchmarks.report.Curve},
 * {@link io.github.hnswspring.benchmarks.report.Curves}), then tables and plots. Nothing
 * here measures.
 */
@NullMarked
package io.github.hnswspring.benchmarks.report;

import org.jspecify.annotations.NullMarked;
