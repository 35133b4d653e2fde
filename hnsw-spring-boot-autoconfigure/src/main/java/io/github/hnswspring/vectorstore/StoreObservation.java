package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.session.StoreLifecycle;
import io.github.hnswspring.vectorstore.session.StoreSession;

import org.springframework.ai.vectorstore.observation.VectorStoreObservationContext;

/** What Spring AI's observations say of a store. Thread-safe. */
final class StoreObservation {

	private static final String SYSTEM = "hnsw";

	// The real name is another one at every start.
	private static final String TEMPORARY = "temporary";

	private final ObservationRegistry registry;

	private final StoreLifecycle lifecycle;

	private final String collection;

	private final String metric;

	StoreObservation(ObservationRegistry registry, StoreLifecycle lifecycle, StoreOptions options) {
		this.registry = registry;
		this.lifecycle = lifecycle;
		this.collection = collection(options.directory());
		this.metric = switch (options.metric()) {
			case COSINE -> "cosine";
			case DOT_PRODUCT -> "dot";
			case EUCLIDEAN -> "euclidean";
		};
	}

	/** The last name only: a whole path says more of the machine than a trace should. */
	private static String collection(@Nullable Path directory) {
		if (directory == null) {
			return TEMPORARY;
		}
		Path absolute = directory.toAbsolutePath().normalize();
		Path name = absolute.getFileName();
		return String.valueOf((name != null) ? name : absolute);
	}

	VectorStoreObservationContext.Builder context(String operationName) {
		VectorStoreObservationContext.Builder context = VectorStoreObservationContext.builder(SYSTEM, operationName)
			.collectionName(this.collection)
			.similarityMetric(this.metric);
		Integer dimensions = dimensions();
		return (dimensions != null) ? context.dimensions(dimensions) : context;
	}

	/**
	 * Runs an operation within its observation. The first use opens the store and the
	 * first addition teaches it its dimensions, so what was not known when the
	 * observation began is told before it ends.
	 */
	<T> T call(Supplier<T> operation) {
		try {
			return operation.get();
		}
		finally {
			Observation current = this.registry.getCurrentObservation();
			if (current != null && current.getContext() instanceof VectorStoreObservationContext context
					&& SYSTEM.equals(context.getDatabaseSystem()) && context.getDimensions() == null) {
				context.setDimensions(dimensions());
			}
		}
	}

	/** As {@link #call}, for what returns nothing. */
	void run(Runnable operation) {
		call(() -> {
			operation.run();
			return this;
		});
	}

	/** Never the model's own answer: asking may embed a text over the network. */
	private @Nullable Integer dimensions() {
		StoreSession current = this.lifecycle.session();
		if (current == null || current.identity().dimensions().isEmpty()) {
			return null;
		}
		return current.identity().dimensions().getAsInt();
	}

}
