package io.github.hnswspring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * Embeds a text as a pseudo-random vector seeded by the text, and counts what it was
 * asked for. Thread-safe.
 */
public final class FakeEmbeddingModel implements EmbeddingModel {

	private final String name;

	private final int dimensions;

	private final AtomicInteger calls = new AtomicInteger();

	public FakeEmbeddingModel() {
		this("fake", 8);
	}

	public FakeEmbeddingModel(String name, int dimensions) {
		this.name = name;
		this.dimensions = dimensions;
	}

	/**
	 * Calls of the model so far.
	 * @return the number of calls
	 */
	public int calls() {
		return this.calls.get();
	}

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		this.calls.incrementAndGet();
		List<Embedding> embeddings = new ArrayList<>();
		for (String text : request.getInstructions()) {
			embeddings.add(new Embedding(vector(text), embeddings.size()));
		}
		return new EmbeddingResponse(embeddings, new EmbeddingResponseMetadata(this.name, null));
	}

	@Override
	public float[] embed(Document document) {
		return embed(getEmbeddingContent(document));
	}

	private float[] vector(String text) {
		Random random = new Random(text.hashCode());
		float[] vector = new float[this.dimensions];
		for (int i = 0; i < vector.length; i++) {
			vector[i] = (float) random.nextGaussian();
		}
		return vector;
	}

}
