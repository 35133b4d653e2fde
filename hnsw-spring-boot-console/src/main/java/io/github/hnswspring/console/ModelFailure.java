package io.github.hnswspring.console;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.util.ClassUtils;

/**
 * Tells failures of the embedding model from others: it throws what its client throws,
 * such as "Connection refused", which does not say what was asked. Stateless.
 */
final class ModelFailure {

	private ModelFailure() {
	}

	/** What happened and what to do, or {@code null} if the model was not asked. */
	static @Nullable String words(Throwable failure) {
		if (Arrays.stream(failure.getStackTrace()).noneMatch((frame) -> isModel(frame.getClassName()))) {
			return null;
		}
		String message = (failure.getMessage() != null) ? failure.getMessage() : failure.getClass().getName();
		return "The embedding model did not give the question a vector: " + message.strip().replaceAll("[.]$", "")
				+ ". The store is not concerned. See that the model can be reached and try again, or search in mode "
				+ "text, which needs no model.";
	}

	private static boolean isModel(String name) {
		try {
			return EmbeddingModel.class.isAssignableFrom(ClassUtils.forName(name, null));
		}
		catch (ClassNotFoundException | LinkageError ex) {
			// Made while the application runs; its neighbors in the trace tell.
			return false;
		}
	}

}
