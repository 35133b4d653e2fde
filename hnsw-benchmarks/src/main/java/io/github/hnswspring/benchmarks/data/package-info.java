/**
 * Data sets: real ones from files the caller names, and generated ones. Every set is
 * brought into one form on disk - see
 * {@link io.github.hnswspring.benchmarks.data.VectorFile} - so that engines in forked
 * processes, native ones too, read the same bytes. Reading order:
 * {@link io.github.hnswspring.benchmarks.data.Dataset},
 * {@link io.github.hnswspring.benchmarks.data.Datasets},
 * {@link io.github.hnswspring.benchmarks.data.ExactSearch}.
 */
@NullMarked
package io.github.hnswspring.benchmarks.data;

import org.jspecify.annotations.NullMarked;
