/**
 * The store in Spring AI's retrieval augmentation:
 * {@link io.github.hnswspring.retrieval.HnswDocumentRetriever} finds documents with
 * everything a search of the store can do,
 * {@link io.github.hnswspring.retrieval.RankFusionDocumentJoiner} makes one list of those
 * that several questions or sources gave.
 *
 * <p>
 * Needs {@code org.springframework.ai:spring-ai-rag}, which this project does not bring:
 * whoever has an advisor for retrieval augmentation has it. Nothing else here depends on
 * this package.
 */
@NullMarked
package io.github.hnswspring.retrieval;

import org.jspecify.annotations.NullMarked;
