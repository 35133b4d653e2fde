package io.github.hnswspring.benchmarks.engine;

import java.util.ArrayList;
import java.util.List;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/**
 * An embedding model that costs nothing: the text of a document begins with the number of
 * a given vector, and a query is whatever vector its thread has named. Thread-safe for
 * searches.
 */
public final class GivenEmbeddings implements EmbeddingModel {

	private final ThreadLocal<float[]> query = ThreadLocal.withInitial(() -> new float[0]);

	private volatile float[][] vectors = new float[0][];

	/**
	 * Names the vectors of documents.
	 * @param vectors one a document
	 */
	public void vectors(float[][] vectors) {
		this.vectors = vectors;
	}

	/**
	 * Names the vector of this thread's next queries.
	 * @param vector the vector
	 */
	public void query(float[] vector) {
		this.query.set(vector);
	}

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		List<Embedding> embeddings = new ArrayList<>();
		for (String text : request.getInstructions()) {
			embeddings.add(new Embedding(vector(text), embeddings.size()));
		}
		return new EmbeddingResponse(embeddings);
	}

	@Override
	public float[] embed(Document document) {
		return vector(String.valueOf(document.getText()));
	}

	@Override
	public float[] embed(String text) {
		return vector(text);
	}

	@Override
	public int dimensions() {
		return (this.vectors.length > 0) ? this.vectors[0].length : this.query.get().length;
	}

	private float[] vector(String text) {
		int digits = 0;
		while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
			digits++;
		}
		return (digits > 0) ? this.vectors[Integer.parseInt(text, 0, digits, 10)] : this.query.get();
	}

}
