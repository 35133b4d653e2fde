/**
 * From one embedding model to another, beside searches and additions, and back.
 *
 * <p>
 * Reading order: {@code ModelMigration} (what can be asked for), {@code MigrationWorker}
 * (the thread) with {@code ModelCalls} (what of it may be interrupted),
 * {@code MigrationSteps} (fill, wait for the index, switch, settle),
 * {@code MigrationFiller} (vectors of what has none, by way of {@code Backfill}),
 * {@code RefusedDocuments} (of which there are none to be had), {@code GenerationChanges}
 * (which generation answers, and when the former one goes), {@code MigrationEstimator}
 * (what it will take) and {@code ReadersCount} (how far another process is).
 *
 * <p>
 * Invariants: how far a migration is stands in the database, so it goes on after a crash;
 * what answers changes in one transaction, when no document is without a vector unless a
 * caller said so; the former vectors are kept for a while.
 *
 * <p>
 * Nothing here is API.
 */
@NullMarked
package io.github.hnswspring.vectorstore.migration;

import org.jspecify.annotations.NullMarked;
