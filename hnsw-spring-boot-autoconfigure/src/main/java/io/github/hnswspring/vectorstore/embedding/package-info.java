/**
 * Asks the embedding model, and knows a text again that was embedded before.
 *
 * <p>
 * Reading order: {@code EmbeddingClient} (one request), {@code EmbeddedMetadata} (a
 * document reads the same every time), {@code ScopeKeys} (which of its metadata say whose
 * it is), {@code ContentHash} (identifies what was embedded), {@code ResponseReader}
 * (which vector belongs to which text), {@code EmbeddingCounters}.
 *
 * <p>
 * Invariants: the same document has the same content in every JVM; no vector is stored
 * under a text it may not belong to.
 *
 * <p>
 * Nothing here is API.
 */
@NullMarked
package io.github.hnswspring.vectorstore.embedding;

import org.jspecify.annotations.NullMarked;
