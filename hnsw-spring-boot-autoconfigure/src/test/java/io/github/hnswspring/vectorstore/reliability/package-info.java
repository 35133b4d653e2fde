/**
 * What the store promises, put to the test: crashes, faults, damage, ownership, limits.
 * Each test notes its figures with
 * {@link io.github.hnswspring.vectorstore.reliability.ReliabilityReport}; the table in
 * {@code docs/reliability.md} is made from them. Tests tagged {@code reliability} run
 * with {@code mvn verify -Preliability}, those tagged {@code reliability-long} with
 * {@code -Preliability-long}, all others always.
 */
@NullMarked
package io.github.hnswspring.vectorstore.reliability;

import io.github.hnswspring.reliability.ReliabilityReport;
import org.jspecify.annotations.NullMarked;
