package io.github.hnswspring.vectorstore;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/**
 * Asks the embedding model, by {@code call} because only its response names the model.
 * Thread-safe as far as the model is.
 */
final class EmbeddingClient {

	private final EmbeddingModel model;

	private final @Nullable String configuredName;

	EmbeddingClient(EmbeddingModel model, @Nullable String configuredName) {
		this.model = model;
		this.configuredName = configuredName;
	}

	/** What of a document is embedded. */
	String content(Document document) {
		return Objects.requireNonNullElse(this.model.getEmbeddingContent(document), "");
	}

	/** Embeds texts in one request. */
	Embedded embed(List<String> texts) {
		EmbeddingResponse response = this.model.call(new EmbeddingRequest(texts, EmbeddingOptions.builder().build()));
		List<Embedding> results = response.getResults();
		if (results.size() != texts.size()) {
			throw new IllegalStateException("The embedding model returned " + results.size() + " vectors for "
					+ texts.size() + " texts; nothing of this batch was stored");
		}
		List<float[]> vectors = new ArrayList<>(results.size());
		for (Embedding result : results) {
			vectors.add(result.getOutput());
		}
		return new Embedded(vectors, (this.configuredName != null) ? this.configuredName : name(response));
	}

	// Custom models may leave the metadata out, whatever the signatures promise.
	@SuppressWarnings({ "ConstantValue", "NullAway" })
	private static @Nullable String name(EmbeddingResponse response) {
		if (response.getMetadata() == null) {
			return null;
		}
		String name = response.getMetadata().getModel();
		return (name != null && !name.isBlank()) ? name : null;
	}

	/**
	 * Vectors and where they come from.
	 *
	 * @param vectors one a text, in their order
	 * @param model the model's name, if it tells
	 */
	record Embedded(List<float[]> vectors, @Nullable String model) {

	}

}
