/**
 * Measuring: one process an engine and configuration, all of them given the same files
 * and asked in turns. Reading order:
 * {@link io.github.hnswspring.benchmarks.harness.Comparison} plans the turns,
 * {@link io.github.hnswspring.benchmarks.harness.WorkerProcess} starts and asks a
 * process, {@link io.github.hnswspring.benchmarks.harness.Worker} is what runs in it, and
 * {@link io.github.hnswspring.benchmarks.harness.Recall} judges the answers. Answers are
 * judged here, never by the engine's process, and by exact distances.
 */
@NullMarked
package io.github.hnswspring.benchmarks.harness;

import org.jspecify.annotations.NullMarked;
