package io.github.hnswspring.vectorstore;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.embedding.EmbeddingOptions;

/**
 * The options of a request in which a store has a question embedded, not a document. They
 * ask for nothing. A model that embeds questions otherwise than passages, such as E5 or
 * BGE with an instruction in front, can tell them by this type; a store does not call
 * {@code EmbeddingModel.embed(String)} for a question, because only a response names the
 * model.
 */
public final class QueryEmbeddingOptions implements EmbeddingOptions {

	/** The only one there is. */
	public static final QueryEmbeddingOptions INSTANCE = new QueryEmbeddingOptions();

	private QueryEmbeddingOptions() {
	}

	@Override
	public @Nullable String getModel() {
		return null;
	}

	@Override
	public @Nullable Integer getDimensions() {
		return null;
	}

}
