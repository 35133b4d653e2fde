package io.github.hnswspring.vectorstore;

import org.jspecify.annotations.Nullable;

/**
 * The embedding model is not the one the stored embeddings come from. Nothing has been
 * changed.
 */
public class EmbeddingModelMismatchException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final @Nullable String expectedModel;

	private final @Nullable String actualModel;

	private final int expectedDimensions;

	private final int actualDimensions;

	/**
	 * Creates the exception.
	 * @param expectedModel the model of the stored embeddings, if known
	 * @param actualModel the model now in use, if known
	 * @param expectedDimensions components of the stored embeddings, 0 if unknown
	 * @param actualDimensions components the model delivers, 0 if unknown
	 */
	public EmbeddingModelMismatchException(@Nullable String expectedModel, @Nullable String actualModel,
			int expectedDimensions, int actualDimensions) {
		super("The store's embeddings come from " + describe(expectedModel, expectedDimensions)
				+ ", but the embedding model now in use is " + describe(actualModel, actualDimensions)
				+ ". Vectors of different models cannot be compared. Configure the former model again, or use a "
				+ "new directory (hnsw.directory) and add the documents there; if it is the same model under another "
				+ "name, say so with hnsw.embedding-model.");
		this.expectedModel = expectedModel;
		this.actualModel = actualModel;
		this.expectedDimensions = expectedDimensions;
		this.actualDimensions = actualDimensions;
	}

	/** Expected and actual in half a sentence. */
	String difference() {
		return "expected " + describe(this.expectedModel, this.expectedDimensions) + ", but it is "
				+ describe(this.actualModel, this.actualDimensions);
	}

	private static String describe(@Nullable String model, int dimensions) {
		String name = (model != null) ? "'" + model + "'" : "a model of unknown name";
		return (dimensions > 0) ? name + " with " + dimensions + " dimensions" : name;
	}

	/**
	 * The model of the stored embeddings.
	 * @return its name, or {@code null} if unknown
	 */
	public @Nullable String expectedModel() {
		return this.expectedModel;
	}

	/**
	 * The model now in use.
	 * @return its name, or {@code null} if unknown
	 */
	public @Nullable String actualModel() {
		return this.actualModel;
	}

	/**
	 * Components of the stored embeddings.
	 * @return the dimensions, or 0 if unknown
	 */
	public int expectedDimensions() {
		return this.expectedDimensions;
	}

	/**
	 * Components the model delivers.
	 * @return the dimensions, or 0 if unknown
	 */
	public int actualDimensions() {
		return this.actualDimensions;
	}

}
