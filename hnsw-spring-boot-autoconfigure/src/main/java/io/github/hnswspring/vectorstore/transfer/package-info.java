/**
 * Whole stores out and in: copies that open as stores, files of an open format, and what
 * can still be read of a damaged store.
 *
 * <p>
 * Reading order: {@code StoreBackup} (a copy beside readers and writers),
 * {@code StoreExport} with {@code ExportedGeneration} (of which model) and
 * {@code ExportManifest} (documents and embeddings as files) and {@code StoreImport} (the
 * way back), {@code ExportedEmbeddingModel} (the way into another vector store),
 * {@code StoreSalvage} with {@code SalvagedEmbeddings} (out of a damaged one),
 * {@code WholeDirectory} (a directory is complete or not there).
 *
 * <p>
 * Invariants: what was paid for is carried along, so nothing is embedded again; a target
 * is complete or not there; a source is only read.
 *
 * <p>
 * Nothing here is API.
 */
@NullMarked
package io.github.hnswspring.vectorstore.transfer;

import org.jspecify.annotations.NullMarked;
