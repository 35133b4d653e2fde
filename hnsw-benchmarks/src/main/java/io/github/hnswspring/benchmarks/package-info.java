/**
 * Measures the index against other engines; never part of a release. Start at
 * {@link io.github.hnswspring.benchmarks.Benchmarks}. Packages: {@code data} makes the
 * vectors, {@code engine} holds the engines, {@code harness} measures them,
 * {@code scenario} and {@code retrieval} measure the index and the store alone,
 * {@code report} writes tables and plots, {@code kernel} holds JMH benchmarks of distance
 * kernels.
 */
@NullMarked
package io.github.hnswspring.benchmarks;

import org.jspecify.annotations.NullMarked;
