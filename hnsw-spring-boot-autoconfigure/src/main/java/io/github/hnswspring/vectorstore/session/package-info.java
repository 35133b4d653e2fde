/**
 * An open store: open, lend, change, tend, close.
 *
 * <p>
 * Reading order: {@code StoreLifecycle} (opens, lends and closes) with
 * {@code LentSession} (is closed by its last user), {@code StoreOpener} (step by step),
 * {@code StoreSession} (everything that is open), {@code StoreWriter} (the only way to
 * change documents) with {@code WriteTransaction} and {@code OutdatedVectors} (of other
 * models, which see what has changed) and {@code BulkLoad} (for very many),
 * {@code EmbeddingModels} (which model makes which vectors) with {@code ModelAnswer} and
 * {@code StoredSample} (to tell models apart), {@code ExternalChanges} (what other tools
 * change), {@code Expiry} (the ends of documents), {@code DocumentReader},
 * {@code StoreMaintenance} (the background thread) with {@code ExpiryUpkeep},
 * {@code WriterWatch} (what a reader cannot follow row by row), {@code IntegrityCheck},
 * {@code StoreCompaction}, {@code StoreErasure}, {@code StatusReporter},
 * {@code ReadOnlyIndexView}; {@code ModelHealth} watches the embedding model and
 * {@code OwningContext} the application context a store is a bean of.
 *
 * <p>
 * Invariants: nothing is closed while it is lent; one lock gives changes their order, in
 * the database and in the index.
 *
 * <p>
 * What stores very many documents at once begins a {@code BulkLoad}
 * ({@code StoreWriter.bulkLoad()}), stores them in as large transactions as it likes, as
 * always through {@code StoreWriter.change}, and closes it: meanwhile rows that are new
 * are in neither index, searches by meaning compare with them one by one, and filters
 * know them. Nothing of that has to be undone after a kill, as what the indexes have is
 * noted with them.
 *
 * <p>
 * Nothing here is API.
 */
@NullMarked
package io.github.hnswspring.vectorstore.session;

import org.jspecify.annotations.NullMarked;
