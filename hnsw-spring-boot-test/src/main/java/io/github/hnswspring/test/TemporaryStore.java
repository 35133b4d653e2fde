package io.github.hnswspring.test;

import java.util.function.UnaryOperator;

import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.embedding.EmbeddingModel;

/**
 * A store in a directory of its own, which goes when this is closed.
 *
 * <pre class="code">
 * try (TemporaryStore temporary = TemporaryStore.open()) {
 *     temporary.store().add(documents);
 * }
 * </pre>
 *
 * Tests with JUnit can take an {@link HnswVectorStore} as a parameter instead: see
 * {@link TemporaryStoreExtension}. Thread-safe, as the store is.
 */
public final class TemporaryStore implements AutoCloseable {

	private final TemporaryDirectory directory = new TemporaryDirectory();

	private final HnswVectorStore store;

	private TemporaryStore(EmbeddingModel model, UnaryOperator<HnswVectorStore.Builder> settings) {
		try {
			this.store = settings.apply(HnswVectorStore.builder(model).directory(this.directory.path())).build();
			this.store.start();
		}
		catch (RuntimeException ex) {
			this.directory.close();
			throw ex;
		}
	}

	/**
	 * Opens an empty store with the {@link NgramEmbeddingModel}.
	 * @return the open store, to be closed
	 */
	public static TemporaryStore open() {
		return open(new NgramEmbeddingModel(), UnaryOperator.identity());
	}

	/**
	 * Opens an empty store.
	 * @param model what embeds
	 * @param settings other settings than the defaults, such as
	 * {@code (builder) -> builder.metric(Metric.EUCLIDEAN)}
	 * @return the open store, to be closed
	 */
	public static TemporaryStore open(EmbeddingModel model, UnaryOperator<HnswVectorStore.Builder> settings) {
		return new TemporaryStore(model, settings);
	}

	/**
	 * The store.
	 * @return the open store
	 */
	public HnswVectorStore store() {
		return this.store;
	}

	/** Closes the store and deletes its files. */
	@Override
	public void close() {
		try {
			this.store.close();
		}
		finally {
			this.directory.close();
		}
	}

}
