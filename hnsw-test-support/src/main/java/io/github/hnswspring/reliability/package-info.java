/**
 * What the tests that show what is promised share: {@code ReliabilityReport} takes their
 * figures, and {@code ReliabilityListener} makes a table of them when a run has ended;
 * {@code Child} is a second JVM, {@code ChangedSource} plants bugs, and {@code Shrinker}
 * makes failing histories short.
 */
@NullMarked
package io.github.hnswspring.reliability;

import org.jspecify.annotations.NullMarked;
