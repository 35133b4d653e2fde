package io.github.hnswspring.vectorstore.storage;

import org.jspecify.annotations.Nullable;

/**
 * What an index needs of a row.
 *
 * @param key of the row
 * @param contentHash of what was embedded, or {@code null} if the vector was given
 * @param vector the embedding
 */
public record DocumentEmbedding(long key, byte @Nullable [] contentHash, float[] vector) {

}
