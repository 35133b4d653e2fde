/**
 * Measurements of this project's own index and store that are no comparison of engines:
 * filtered searches, recall over cycles of removal and insertion, time to open a saved
 * index, what the document store adds to a search, and a thousand scopes in one store.
 * Each runs in a forked JVM
 * ({@link io.github.hnswspring.benchmarks.scenario.ScenarioMain}).
 */
@NullMarked
package io.github.hnswspring.benchmarks.scenario;

import org.jspecify.annotations.NullMarked;
