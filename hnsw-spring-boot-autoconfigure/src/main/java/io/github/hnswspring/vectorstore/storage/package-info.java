/**
 * The truth on disk: one SQLite database in one directory, owned by one process.
 *
 * <p>
 * Reading order: {@link io.github.hnswspring.vectorstore.storage.StoreDirectory} (where
 * the files lie), {@link io.github.hnswspring.vectorstore.storage.StoreLock} (who may use
 * them), {@link io.github.hnswspring.vectorstore.storage.StoreDatabase} (one writer, a
 * few readers), {@link io.github.hnswspring.vectorstore.storage.StoreSchema} and the
 * tables {@code DocumentTable}, {@code EmbeddingTable}, {@code TextTable},
 * {@code ChangeLog}, {@code MetaTable}, and beside the documents {@code ExpiryTable};
 * {@code WriteHealth} and {@code DamagedRows} (what has been found wrong, and what a
 * failure of SQLite means).
 *
 * <p>
 * Invariants: a document key is never used twice; every change of a document row, by the
 * store or by another tool, appends its key to the change log; nothing here knows of the
 * index, of Spring AI or of filters.
 *
 * <p>
 * Nothing here is API.
 */
@NullMarked
package io.github.hnswspring.vectorstore.storage;

import org.jspecify.annotations.NullMarked;
