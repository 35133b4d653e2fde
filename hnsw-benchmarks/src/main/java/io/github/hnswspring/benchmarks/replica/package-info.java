/**
 * Replicas measured beside what an application has without them: a replica of a table of
 * Spring AI's {@code PgVectorStore} beside that store itself. Both sides do the same by
 * turns in one JVM that is forked for each data set. Reading order:
 * {@link io.github.hnswspring.benchmarks.replica.ReplicasMain}, {@code AttachedPart},
 * {@code Turns}.
 */
@NullMarked
package io.github.hnswspring.benchmarks.replica;

import org.jspecify.annotations.NullMarked;
