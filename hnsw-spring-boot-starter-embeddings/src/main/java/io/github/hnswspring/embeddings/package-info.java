/**
 * An embedding model inside the process, on ONNX Runtime.
 * <p>
 * {@link io.github.hnswspring.embeddings.OnnxEmbeddingModel} is what Spring AI sees;
 * {@link io.github.hnswspring.embeddings.OnnxModel} lists the published networks and how
 * each wants to be used. {@code OnnxEncoder} takes a text's tokens to its vector,
 * {@code WordPieceTokenizer} the text to its tokens; {@code Workers} are the threads, and
 * {@code Questions} tells a question from a passage.
 * {@link io.github.hnswspring.embeddings.OnnxEmbeddingAutoConfiguration} makes the bean
 * from {@link io.github.hnswspring.embeddings.OnnxEmbeddingProperties}, unless there is
 * another embedding model.
 */
@NullMarked
package io.github.hnswspring.embeddings;

import org.jspecify.annotations.NullMarked;
