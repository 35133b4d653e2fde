package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.options.StoreIdentity;

/**
 * Whether the embedding model is the one the store's vectors come from, learned from each
 * of its responses: the last one counts. Thread-safe.
 */
public final class ModelHealth {

	private static final Log logger = LogFactory.getLog(ModelHealth.class);

	private final StoreIdentity identity;

	private final Path directory;

	private final String property;

	private final AtomicReference<@Nullable String> mismatch = new AtomicReference<>();

	private final AtomicBoolean toldNameless = new AtomicBoolean();

	/**
	 * Nothing is known yet.
	 * @param property what the property is called that says the model's name
	 */
	ModelHealth(StoreIdentity identity, Path directory, String property) {
		this.identity = identity;
		this.property = property;
		this.directory = directory;
	}

	/** What was expected and what came instead, or {@code null} if the model fits. */
	@Nullable String mismatch() {
		return this.mismatch.get();
	}

	/**
	 * Compares a response with the store.
	 * @param generation whose vectors they should be
	 * @param model the name in the response, if there is one
	 * @param dimensions of its vectors, 0 if it has none
	 * @throws EmbeddingModelMismatchException if they are not the store's
	 */
	public void check(ModelGeneration generation, @Nullable String model, int dimensions) {
		if (generation.number() != this.identity.current().number()) {
			// The migration tells of it; nothing that answers is concerned.
			this.identity.check(generation, model, dimensions);
			return;
		}
		try {
			this.identity.check(model, dimensions);
		}
		catch (EmbeddingModelMismatchException ex) {
			if (this.mismatch.getAndSet(ex.difference()) == null) {
				// Once, not with each call: until the model fits, every one fails.
				logger.error("Vector store in " + this.directory + ": " + ex.getMessage()
						+ " Adding and searching by text fail until then, and health is DOWN");
			}
			throw ex;
		}
		// An answer without a vector proves nothing.
		if (dimensions > 0 && this.mismatch.getAndSet(null) != null) {
			logger.info("Vector store in " + this.directory + ": the embedding model fits again");
		}
		String known = this.identity.model();
		if (model == null && known != null && this.toldNameless.compareAndSet(false, true)) {
			logger.warn("Vector store in " + this.directory + ": its embeddings come from '" + known
					+ "', but the embedding model in use does not tell its name, so only the number of dimensions "
					+ "can be compared. If it is the same one, say so with " + this.property + "=" + known);
		}
	}

}
