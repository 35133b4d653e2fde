package io.github.hnswspring.autoconfigure.diagnostics;

import java.util.stream.Collectors;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains how to get an embedding model, or how to choose one of several.
 */
final class EmbeddingModelSelectionFailureAnalyzer extends AbstractFailureAnalyzer<EmbeddingModelSelectionException> {

	private static final String NONE_DESCRIPTION = "The HNSW vector store needs an EmbeddingModel to turn documents "
			+ "into vectors, but the application context has none.";

	private static final String NONE_ACTION = """
			Do one of these:

			- add io.github.hnswspring:hnsw-spring-boot-starter-embeddings, which brings a model that runs inside the application
			- add a Spring AI starter with an embedding model, such as \
			org.springframework.ai:spring-ai-starter-model-ollama or spring-ai-starter-model-openai
			- declare a bean of type org.springframework.ai.embedding.EmbeddingModel
			- if a starter is there already, check that spring.ai.model.embedding is not set to 'none' or to another provider
			- switch the store off with spring.ai.vectorstore.type=none; with hnsw.dimensions set, \
			an index without a store remains""";

	private static final String SEVERAL_ACTION = """
			Choose one of them:

			- set spring.ai.model.embedding to its provider, such as 'onnx' for the one of \
			hnsw-spring-boot-starter-embeddings, 'ollama' or 'openai'; \
			this switches the other auto-configured models off
			- mark one bean as @Primary
			- name one bean 'hnswEmbeddingModel', or mark it with @Qualifier("hnswEmbeddingModel"), \
			to choose it for this store only""";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, EmbeddingModelSelectionException cause) {
		if (cause.candidates().isEmpty()) {
			return new FailureAnalysis(NONE_DESCRIPTION, NONE_ACTION, cause);
		}
		String beans = cause.candidates().stream().map((name) -> "- " + name).collect(Collectors.joining("\n"));
		return new FailureAnalysis("The HNSW vector store needs one EmbeddingModel, but the application context has "
				+ cause.candidates().size() + ":\n\n" + beans, SEVERAL_ACTION, cause);
	}

}
