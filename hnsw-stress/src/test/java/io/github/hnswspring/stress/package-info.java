/**
 * Runs what needs JVMs of its own: {@code StressTests} the memory-model tests,
 * {@code FuzzTests} the fuzzer on the targets in {@code fuzz}.
 */
@NullMarked
package io.github.hnswspring.stress;

import org.jspecify.annotations.NullMarked;
