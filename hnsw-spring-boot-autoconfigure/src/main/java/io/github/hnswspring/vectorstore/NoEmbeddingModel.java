package io.github.hnswspring.vectorstore;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/**
 * Stands where Spring AI wants an embedding model that no store asks. Stateless.
 */
enum NoEmbeddingModel implements EmbeddingModel {

	/** The only one. */
	INSTANCE;

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		throw new UnsupportedOperationException("There is no embedding model");
	}

	@Override
	public float[] embed(Document document) {
		throw new UnsupportedOperationException("There is no embedding model");
	}

}
