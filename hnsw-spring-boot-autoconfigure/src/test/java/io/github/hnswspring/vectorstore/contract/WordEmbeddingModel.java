package io.github.hnswspring.vectorstore.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * Embeds a text as the sum of a fixed random direction for each of its words: texts that
 * share words are near, the same text has the same vector. Thread-safe: only counts.
 */
class WordEmbeddingModel implements EmbeddingModel {

	static final int DIMENSIONS = 64;

	static final String NAME = "words-64";

	final AtomicInteger calls = new AtomicInteger();

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		this.calls.incrementAndGet();
		List<Embedding> embeddings = new ArrayList<>();
		for (String text : request.getInstructions()) {
			embeddings.add(new Embedding(vector(text), embeddings.size()));
		}
		return new EmbeddingResponse(embeddings, new EmbeddingResponseMetadata(NAME, new EmptyUsage()));
	}

	@Override
	public float[] embed(Document document) {
		return embed(getEmbeddingContent(document));
	}

	/** A store must not ask: by default the answer costs a call of the model. */
	@Override
	public int dimensions() {
		throw new AssertionError("dimensions() must not be called: it may embed a text over the network");
	}

	static float[] vector(String text) {
		float[] vector = new float[DIMENSIONS];
		for (String word : text.toLowerCase(Locale.ROOT).split("\\W+")) {
			Random direction = new Random(word.hashCode());
			for (int i = 0; i < DIMENSIONS; i++) {
				vector[i] += (float) direction.nextGaussian();
			}
		}
		double norm = 0;
		for (float component : vector) {
			norm += component * component;
		}
		for (int i = 0; i < DIMENSIONS; i++) {
			vector[i] /= (float) Math.sqrt(norm);
		}
		return vector;
	}

}
