/**
 * A Spring AI vector store inside the application: documents in SQLite, an HNSW index
 * over them. Knows nothing of Spring Boot and can be built by hand.
 *
 * <p>
 * Reading order: {@link io.github.hnswspring.vectorstore.HnswVectorStore} (the API and
 * the lifecycle), {@code StoreSession} (what is open between start and stop),
 * {@code IngestPipeline} (embed one batch, commit it, index it), {@code StoreWriter} (the
 * only way to change anything), {@code DocumentSearch} (from a query to documents),
 * {@code IndexManager} with {@code IndexSegment} (which rows the index covers, and how
 * the others are still found), {@code SnapshotManager} and {@code IndexRecovery}.
 *
 * <p>
 * Invariants: SQLite is the truth and everything else can be made from it again; a
 * document is durable, then visible, then acknowledged; after a commit nothing is rolled
 * back.
 */
@NullMarked
package io.github.hnswspring.vectorstore;

import org.jspecify.annotations.NullMarked;
