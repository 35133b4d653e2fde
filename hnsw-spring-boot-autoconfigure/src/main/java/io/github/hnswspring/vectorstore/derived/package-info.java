/**
 * The index beside the truth, and its files: what can be made again from the rows.
 *
 * <p>
 * Reading order: {@code StoreIndex} (all that other packages see of it),
 * {@code IndexManager} (the index that serves, the one being built, and the vectors on
 * their way), {@code CoveredIndex} (how far an index reaches), {@code IndexBuild} (brings
 * the rest in, in the background), {@code ExactScan} (finds what no index has),
 * {@code SearchEpochs} (when a removed row may go), {@code SnapshotManager} with
 * {@code SnapshotFiles} and {@code SnapshotManifest} (to disk), {@code IndexRecovery}
 * (and back), {@code SnapshotCopy} (into a backup). {@code RowChanges} say what a
 * transaction did, {@code VectorCheck} which vectors an index takes.
 *
 * <p>
 * Invariants: no row that is committed is invisible, whether an index has it or not; a
 * file is trusted only with its checksum and its place in time; no failure here costs a
 * document.
 *
 * <p>
 * Nothing here is API.
 */
@NullMarked
package io.github.hnswspring.vectorstore.derived;

import org.jspecify.annotations.NullMarked;
