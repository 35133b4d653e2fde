package io.github.hnswspring.autoconfigure.diagnostics;

import java.util.List;

/**
 * Thrown when the application context has no embedding model for the store, or several
 * and nothing that chooses one.
 */
@SuppressWarnings("serial")
public final class EmbeddingModelSelectionException extends IllegalStateException {

	private final List<String> candidates;

	/**
	 * Creates the exception.
	 * @param candidates names of the beans to choose from; empty if there are none
	 */
	public EmbeddingModelSelectionException(List<String> candidates) {
		super("The HNSW vector store needs one EmbeddingModel, but the application context has "
				+ (candidates.isEmpty() ? "none" : candidates.size() + ": " + String.join(", ", candidates)));
		this.candidates = List.copyOf(candidates);
	}

	/**
	 * The embedding models to choose from.
	 * @return bean names, empty if there are none
	 */
	public List<String> candidates() {
		return this.candidates;
	}

}
