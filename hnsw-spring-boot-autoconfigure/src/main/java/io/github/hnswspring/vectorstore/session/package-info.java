/**
 * An open store: open, lend, change, tend, close.
 *
 * <p>
 * Reading order: {@code StoreLifecycle} (opens, lends and closes), {@code StoreOpener}
 * (step by step), {@code StoreSession} (everything that is open), {@code StoreWriter}
 * (the only way to change documents), {@code ExternalChanges} (what other tools change),
 * {@code DocumentReader}, {@code StoreMaintenance} (the background thread) with
 * {@code IntegrityCheck}, {@code StoreCompaction}, {@code StatusReporter},
 * {@code ReadOnlyIndexView}.
 *
 * <p>
 * Invariants: nothing is closed while it is lent; one lock gives changes their order, in
 * the database and in the index.
 */
@NullMarked
package io.github.hnswspring.vectorstore.session;

import org.jspecify.annotations.NullMarked;
