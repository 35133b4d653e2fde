/**
 * Stores of several instances that follow one truth.
 *
 * <p>
 * A {@link io.github.hnswspring.replica.ReplicatedVectorStore} is a complete local store
 * that a {@link io.github.hnswspring.replica.Follower} keeps in step with a
 * {@link io.github.hnswspring.replica.Truth}; what is changed through it goes to the
 * truth first, by a {@link io.github.hnswspring.replica.TruthWriter}. Reading order:
 * {@code Truth}, {@code Follower}, {@code Replication}, {@code TruthWriter},
 * {@code ReplicatedVectorStore}; then {@code attach}, a truth that was there before.
 *
 * <p>
 * Invariants: what the truth has committed is never failed afterwards; the replica's
 * position is changed in the transaction of the documents it stands for; a document is
 * never replaced by one of an earlier moment, for which {@code OwnWrites} remembers what
 * this instance has written since; everything local can be removed.
 */
@NullMarked
package io.github.hnswspring.replica;

import org.jspecify.annotations.NullMarked;
