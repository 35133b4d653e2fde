package io.github.hnswspring.vectorstore.storage;

import org.jspecify.annotations.Nullable;

/**
 * A document as it lies in the database.
 *
 * @param key never used for another row or another version of this document
 * @param id the document's id
 * @param generation of the embedding model the vector comes from, see
 * {@link EmbeddingTable}
 * @param contentHash of what was embedded, or {@code null} if the vector was given
 * @param embedding the vector, empty if there is none of that generation
 * @param metadata JSON
 * @param text the document's text
 */
public record DocumentRow(long key, String id, int generation, byte @Nullable [] contentHash, float[] embedding,
		String metadata, String text) {

}
