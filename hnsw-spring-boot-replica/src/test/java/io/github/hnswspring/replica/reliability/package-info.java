/**
 * What replicas promise, put to the test: several processes on one truth, and everything
 * that can happen to them, to their directories and to the database. Reading order:
 * {@code ReplicaChaosTests}, {@code ReplicaChaos}, {@code ReplicaVictim},
 * {@code ReplicaHistory}. Tests tagged {@code reliability} run with
 * {@code mvn verify -Preliability}, all others always.
 */
@NullMarked
package io.github.hnswspring.replica.reliability;

import org.jspecify.annotations.NullMarked;
