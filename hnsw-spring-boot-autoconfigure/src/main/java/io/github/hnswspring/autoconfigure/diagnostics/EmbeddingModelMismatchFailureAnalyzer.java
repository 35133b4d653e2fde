package io.github.hnswspring.autoconfigure.diagnostics;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Compares the model of the stored embeddings with the one now in use.
 */
final class EmbeddingModelMismatchFailureAnalyzer extends AbstractFailureAnalyzer<EmbeddingModelMismatchException> {

	private static final String ACTION = """
			Vectors of different models cannot be compared. Do one of these:

			- configure the expected model and dimensions again, hnsw.embedding.model and hnsw.dimensions included
			- %s
			- if both are the same model under different names, set hnsw.embedding.model to the expected name""";

	private static final String PROPERTY_ACTION = """
			Do one of these:

			- correct the property, or leave it out: the store knows what its embeddings come from
			- %s""";

	private static final String MIGRATION = "set hnsw.embedding.on-model-change to 'migrate': "
			+ "the store embeds its documents anew with the new model";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, EmbeddingModelMismatchException cause) {
		String instead = cause.insteadOfMigration();
		String otherModel = (instead != null) ? instead : MIGRATION;
		if (cause.configured() != null) {
			return new FailureAnalysis("A property of the HNSW vector store is in the way: " + cause.getMessage()
					+ " Nothing has been changed.", PROPERTY_ACTION.formatted(otherModel), cause);
		}
		String description = """
				The embeddings in the HNSW vector store come from another embedding model than the one now in use:

				Expected (stored): %s
				Actual (in use):   %s

				Nothing has been changed.""".formatted(describe(cause.expectedModel(), cause.expectedDimensions()),
				describe(cause.actualModel(), cause.actualDimensions()));
		return new FailureAnalysis(description, ACTION.formatted(otherModel), cause);
	}

	private static String describe(@Nullable String model, int dimensions) {
		String name = (model != null) ? "model '" + model + "'" : "a model of unknown name";
		return (dimensions > 0) ? name + ", " + dimensions + " dimensions" : name;
	}

}
