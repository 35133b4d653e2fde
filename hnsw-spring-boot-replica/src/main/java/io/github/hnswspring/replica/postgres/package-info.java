/**
 * Tables of our own as the truth of replicas.
 *
 * <p>
 * Who changes something locks the row of the store, has its replica catch up, changes the
 * replica, and commits here what that was just before it commits there. So a store can do
 * all that the store of one instance can, and a document has one key everywhere. Changes
 * have numbers in the order of their commits, with a random stamp each; a
 * {@link io.github.hnswspring.replica.postgres.ChangePosition position} is the last one.
 * Reading order: {@code 001-tables.sql}, {@code ChangePosition}, {@code TruthState},
 * {@code PostgresTruth}, {@code RowReader}, {@code RowWriter},
 * {@code ExclusiveTransaction}; then {@code Schema}, which puts the tables there,
 * {@code Holdings}, what an instance holds for a while: contents that it embeds, and
 * leases, and {@code PublishedTables}, copies for new instances to begin with.
 *
 * <p>
 * Invariants: position and rows are of one snapshot of the database; whoever writes holds
 * the lock on the row of the store to its commit, and nobody else does; SQL is what
 * databases that speak PostgreSQL's protocol have, too: locks on rows, no triggers, no
 * notifications.
 */
@NullMarked
package io.github.hnswspring.replica.postgres;

import org.jspecify.annotations.NullMarked;
