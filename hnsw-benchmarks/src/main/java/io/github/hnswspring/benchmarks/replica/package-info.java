/**
 * Replicas measured beside what an application has without them: a replica of a table of
 * Spring AI's {@code PgVectorStore} beside that store itself, and stores that share
 * tables of our own beside a single node. Both sides do the same by turns in one JVM that
 * is forked for each part and data set. Reading order:
 * {@link io.github.hnswspring.benchmarks.replica.ReplicasMain}, {@code Turns}, then
 * {@code AttachedPart} (with {@code PgVectorTuning}) and {@code OwnTablesPart} (with
 * {@code WriteCosts}, {@code Following} and {@code FirstCopy}).
 */
@NullMarked
package io.github.hnswspring.benchmarks.replica;

import org.jspecify.annotations.NullMarked;
