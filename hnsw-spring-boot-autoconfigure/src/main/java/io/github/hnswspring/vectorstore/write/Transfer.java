package io.github.hnswspring.vectorstore.write;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/**
 * A document on its way between stores.
 *
 * @param document the document
 * @param vector its embedding, or {@code null} if it has none, so that it is still to be
 * embedded
 * @param contentHash of what was embedded, or {@code null} if that is not known
 * @param sameContent whether what was embedded is what the embedding model would be given
 * now; the hash is computed then
 * @param source where it comes from, or {@code null}
 * @param end when it ends, if that is known beside its metadata
 */
public record Transfer(Document document, float @Nullable [] vector, byte @Nullable [] contentHash, boolean sameContent,
		@Nullable String source, @Nullable Instant end) {

}
