/**
 * Documents on their way in: check, embed once, commit, index.
 *
 * <p>
 * Reading order: {@code IngestPipeline} (the way of a call), {@code IngestTransaction}
 * (what it does to the store in one transaction) with {@code RowsInPlace} (which rows
 * stay when they are added again), {@code Draft} (a document, checked and encoded),
 * {@code ContentClaims} (the same content is paid for once, even by callers at the same
 * time), {@code EmbeddingPlan} (what is known, and what is embedded in which batch),
 * {@code PaidEmbeddings} (what need not be paid for again, also after a failure),
 * {@code BatchEmbedder} with {@code Refusals} (vectors that can be stored, and those that
 * cannot), {@code IngestGate} (how many calls at once); then {@code SourceSync} with
 * {@code SourceDocuments} and {@code SyncPlan} (what a source holds now, under ids of its
 * own, against what is stored of it), and {@code MetadataUpdate} (what the embedding
 * model does not see changes in place); and {@code Backfill}, by which a migration has
 * the same done for documents that are stored.
 *
 * <p>
 * Invariants: embedding happens outside of every lock; each batch is committed before the
 * next one is embedded, and kept if that fails, so at most one is lost, and only with the
 * process; a document that cannot be stored keeps no other one out.
 *
 * <p>
 * Nothing here is API.
 */
@NullMarked
package io.github.hnswspring.vectorstore.write;

import org.jspecify.annotations.NullMarked;
