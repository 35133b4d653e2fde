/**
 * The engines compared, each behind the same two small interfaces
 * ({@link io.github.hnswspring.benchmarks.engine.Engine},
 * {@link io.github.hnswspring.benchmarks.engine.Searcher}), so that the measuring loop is
 * one and the same for all of them. The native peer speaks the worker's protocol itself
 * and has no class here but the one that compiles it.
 */
@NullMarked
package io.github.hnswspring.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
