package io.github.hnswspring.vectorstore;

import java.util.ArrayList;
import java.util.List;

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

	private final @Nullable String configured;

	private final @Nullable String instead;

	/**
	 * Creates the exception.
	 * @param expectedModel the model of the stored embeddings, if known
	 * @param actualModel the model now in use, if known
	 * @param expectedDimensions components of the stored embeddings, 0 if unknown
	 * @param actualDimensions components the model delivers, 0 if unknown
	 */
	public EmbeddingModelMismatchException(@Nullable String expectedModel, @Nullable String actualModel,
			int expectedDimensions, int actualDimensions) {
		this(expectedModel, actualModel, expectedDimensions, actualDimensions, null);
	}

	/**
	 * Creates the exception for a store that may have no migration to another model.
	 * @param expectedModel the model of the stored embeddings, if known
	 * @param actualModel the model now in use, if known
	 * @param expectedDimensions components of the stored embeddings, 0 if unknown
	 * @param actualDimensions components the model delivers, 0 if unknown
	 * @param instead what to do instead of a migration, in an imperative without a full
	 * stop; {@code null} for a store that migrates
	 */
	public EmbeddingModelMismatchException(@Nullable String expectedModel, @Nullable String actualModel,
			int expectedDimensions, int actualDimensions, @Nullable String instead) {
		this(expectedModel, actualModel, expectedDimensions, actualDimensions,
				"The store's embeddings come from " + describe(expectedModel, expectedDimensions)
						+ ", but the embedding model now in use is " + describe(actualModel, actualDimensions)
						+ ". Vectors of different models cannot be compared. Configure the former model again, or "
						+ otherModel(instead)
						+ "; if it is the same model under another name, say so with hnsw.embedding.model.",
				null, instead);
	}

	private EmbeddingModelMismatchException(@Nullable String expectedModel, @Nullable String actualModel,
			int expectedDimensions, int actualDimensions, String message, @Nullable String configured,
			@Nullable String instead) {
		super(message);
		this.instead = instead;
		this.configured = configured;
		this.expectedModel = expectedModel;
		this.actualModel = actualModel;
		this.expectedDimensions = expectedDimensions;
		this.actualDimensions = actualDimensions;
	}

	/**
	 * Properties contradict what is stored; no model has been asked yet.
	 * @param storedModel the model of the stored embeddings, if its name is known
	 * @param configuredModel the model that is configured, if one is
	 * @param storedDimensions the dimensions of the stored embeddings, 0 without any
	 * @param configuredDimensions the dimensions that are configured, 0 for none
	 * @param instead what to do instead of a migration, as above
	 * @return the exception
	 */
	public static EmbeddingModelMismatchException ofProperties(@Nullable String storedModel,
			@Nullable String configuredModel, int storedDimensions, int configuredDimensions,
			@Nullable String instead) {
		List<String> properties = new ArrayList<>();
		if (storedModel != null && configuredModel != null && !storedModel.equals(configuredModel)) {
			properties.add("hnsw.embedding.model is '" + configuredModel + "'");
		}
		if (storedDimensions > 0 && configuredDimensions > 0 && storedDimensions != configuredDimensions) {
			properties.add("hnsw.dimensions is " + configuredDimensions);
		}
		String configured = String.join(" and ", properties);
		String them = (properties.size() > 1) ? "them" : "it";
		return new EmbeddingModelMismatchException(storedModel, configuredModel, storedDimensions, configuredDimensions,
				configured + ", but the store's embeddings come from " + describe(storedModel, storedDimensions)
						+ ". Vectors of different models cannot be compared. Correct " + them + " or leave " + them
						+ " out; for another model " + otherModel(instead) + ".",
				configured, instead);
	}

	private static String otherModel(@Nullable String instead) {
		return (instead != null) ? instead
				: "have the store embed its documents anew (hnsw.embedding.on-model-change=migrate)";
	}

	/**
	 * The model contradicts a property; nothing is stored that would.
	 * @param configuredDimensions the dimensions that are configured
	 * @param actualModel the model that answered, if it tells its name
	 * @param actualDimensions the dimensions of its answer
	 * @return the exception
	 */
	public static EmbeddingModelMismatchException ofConfiguredDimensions(int configuredDimensions,
			@Nullable String actualModel, int actualDimensions) {
		String configured = "hnsw.dimensions is " + configuredDimensions;
		return new EmbeddingModelMismatchException(null, actualModel, configuredDimensions, actualDimensions,
				configured + ", but the embedding model in use is " + describe(actualModel, actualDimensions)
						+ ". Correct hnsw.dimensions or leave it out, or use a model with so many.",
				configured, null);
	}

	/**
	 * The model that should go on with a migration is another one than it began with.
	 * @param nextModel the model the store migrates to, if it tells its name
	 * @param actualModel the model that answered, if it tells its name
	 * @param nextDimensions components of the embeddings the store migrates to
	 * @param actualDimensions the dimensions of the answer
	 * @return the exception
	 */
	public static EmbeddingModelMismatchException ofMigration(@Nullable String nextModel, @Nullable String actualModel,
			int nextDimensions, int actualDimensions) {
		return new EmbeddingModelMismatchException(nextModel, actualModel, nextDimensions, actualDimensions,
				"The store is migrating to " + describe(nextModel, nextDimensions)
						+ ", but the embedding model that is to go on with it is "
						+ describe(actualModel, actualDimensions)
						+ ". Vectors of different models cannot be compared. Have the former go on, or give the "
						+ "migration up with rollbackMigration() and begin another with migrate(...).",
				null, null);
	}

	/**
	 * Which property is in the way.
	 * @return its name and value, or {@code null} if the model now in use is not the one
	 * of the stored embeddings
	 */
	public @Nullable String configured() {
		return this.configured;
	}

	/**
	 * What another model can be used with, if the store has no migration to it.
	 * @return an imperative without a full stop, or {@code null} if the store migrates
	 */
	public @Nullable String insteadOfMigration() {
		return this.instead;
	}

	/**
	 * Expected and actual in half a sentence.
	 * @return the half sentence
	 */
	public String difference() {
		String expected = (this.configured != null) ? this.expectedDimensions + " dimensions (hnsw.dimensions)"
				: describe(this.expectedModel, this.expectedDimensions);
		return "expected " + expected + ", but it is " + describe(this.actualModel, this.actualDimensions);
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
