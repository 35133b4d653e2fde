package io.github.hnswspring.vectorstore.storage;

import org.jspecify.annotations.Nullable;

/**
 * A document as it lies in the database.
 *
 * @param key never used for another row or another version of this document
 * @param id the document's id
 * @param contentHash of what was embedded, or {@code null} if the vector was given
 * @param embedding the vector
 * @param metadata JSON
 * @param text the document's text
 */
public record DocumentRow(long key, String id, byte @Nullable [] contentHash, float[] embedding, String metadata,
		String text) {

}
