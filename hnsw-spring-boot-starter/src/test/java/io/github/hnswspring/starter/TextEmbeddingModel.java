package io.github.hnswspring.starter;

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
 * All an application adds to the starter: here, vectors made from the hash of the text.
 * Thread-safe.
 */
public class TextEmbeddingModel implements EmbeddingModel {

	public final AtomicInteger calls = new AtomicInteger();

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		this.calls.incrementAndGet();
		List<Embedding> embeddings = new ArrayList<>();
		for (String text : request.getInstructions()) {
			Random random = new Random(text.hashCode());
			float[] vector = new float[16];
			for (int i = 0; i < vector.length; i++) {
				vector[i] = (float) random.nextGaussian();
			}
			embeddings.add(new Embedding(vector, embeddings.size()));
		}
		return new EmbeddingResponse(embeddings, new EmbeddingResponseMetadata("text-hash", null));
	}

	@Override
	public float[] embed(Document document) {
		return embed(getEmbeddingContent(document));
	}

}
