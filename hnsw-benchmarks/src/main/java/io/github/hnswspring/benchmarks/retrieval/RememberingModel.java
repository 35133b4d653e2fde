package io.github.hnswspring.benchmarks.retrieval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/**
 * An embedding model that remembers the vectors of questions, so that a second search for
 * one costs what the store takes and nothing else. Thread-safe if what it asks is.
 */
final class RememberingModel implements EmbeddingModel {

	private final Function<List<String>, List<float[]>> model;

	private final Map<String, float[]> known = new ConcurrentHashMap<>();

	/**
	 * Remembers for a model.
	 * @param model from texts to vectors
	 */
	RememberingModel(Function<List<String>, List<float[]>> model) {
		this.model = model;
	}

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		List<String> texts = request.getInstructions();
		List<float[]> vectors = (texts.size() == 1) ? List.of(embed(texts.get(0))) : this.model.apply(texts);
		List<Embedding> embeddings = new ArrayList<>();
		vectors.forEach((vector) -> embeddings.add(new Embedding(vector, embeddings.size())));
		return new EmbeddingResponse(embeddings);
	}

	@Override
	public float[] embed(String text) {
		return this.known.computeIfAbsent(text, (unknown) -> this.model.apply(List.of(unknown)).get(0));
	}

	@Override
	public float[] embed(Document document) {
		return this.model.apply(List.of(getEmbeddingContent(document))).get(0);
	}

	@Override
	public String getEmbeddingContent(Document document) {
		return String.valueOf(document.getText());
	}

}
