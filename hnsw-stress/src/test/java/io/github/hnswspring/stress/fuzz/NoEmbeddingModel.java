package io.github.hnswspring.stress.fuzz;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/** An import must not embed anything. */
final class NoEmbeddingModel implements EmbeddingModel {

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		throw new AssertionError("asked to embed " + request.getInstructions());
	}

	@Override
	public float[] embed(Document document) {
		throw new AssertionError("asked to embed " + document);
	}

}
