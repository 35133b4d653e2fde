package io.github.hnswspring.vectorstore.migration;

import java.util.function.Predicate;

import io.github.hnswspring.fixtures.TestEmbeddingModel;

import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/** Fails for every request that has one of some texts. */
final class RefusingModel extends TestEmbeddingModel {

	volatile Predicate<String> refused;

	RefusingModel(int dimensions, String name, Predicate<String> refused) {
		super(dimensions, name);
		this.refused = refused;
	}

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		for (String text : request.getInstructions()) {
			if (this.refused.test(text)) {
				throw new IllegalArgumentException("input of " + text.length() + " characters is too long");
			}
		}
		return super.call(request);
	}

}
