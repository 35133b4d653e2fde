/**
 * Figures of the tests that show what is promised: {@code ReliabilityReport} takes them,
 * and {@code ReliabilityListener} makes a table of them when a run has ended.
 */
@NullMarked
package io.github.hnswspring.reliability;

import org.jspecify.annotations.NullMarked;
