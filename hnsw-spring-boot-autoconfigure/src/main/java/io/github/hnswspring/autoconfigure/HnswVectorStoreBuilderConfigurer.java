package io.github.hnswspring.autoconfigure;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationConvention;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Gives the builder of a store what the auto-configured store has: the {@code hnsw.*}
 * properties, every {@link HnswIndexCustomizer}, the {@link BatchingStrategy} and Spring
 * AI's observations. For applications that make their stores themselves: call
 * {@link #configure} first, and set on the builder afterwards what is to be different, a
 * directory for each store to begin with. Thread-safe.
 */
public final class HnswVectorStoreBuilderConfigurer {

	private final HnswProperties properties;

	private final ObjectProvider<HnswIndexCustomizer> customizers;

	private final ObjectProvider<BatchingStrategy> batchingStrategy;

	private final ObjectProvider<ObservationRegistry> observationRegistry;

	private final ObjectProvider<VectorStoreObservationConvention> observationConvention;

	HnswVectorStoreBuilderConfigurer(HnswProperties properties, ObjectProvider<HnswIndexCustomizer> customizers,
			ObjectProvider<BatchingStrategy> batchingStrategy, ObjectProvider<ObservationRegistry> observationRegistry,
			ObjectProvider<VectorStoreObservationConvention> observationConvention) {
		this.properties = properties;
		this.customizers = customizers;
		this.batchingStrategy = batchingStrategy;
		this.observationRegistry = observationRegistry;
		this.observationConvention = observationConvention;
	}

	/**
	 * Configures a builder. What was set on it before is overwritten, with these
	 * exceptions: customizers of the index come after those it has, dimensions stay if
	 * {@code hnsw.dimensions} is not set, and the batching strategy stays unless the
	 * application has exactly one (or a primary one) as a bean.
	 * @param builder the builder
	 * @return the builder
	 */
	public HnswVectorStore.Builder configure(HnswVectorStore.Builder builder) {
		new HnswPropertiesMapper(this.properties).applyTo(builder)
			.indexCustomizer(
					(index) -> this.customizers.orderedStream().forEach((customizer) -> customizer.customize(index)));
		this.batchingStrategy.ifUnique(builder::batchingStrategy);
		return builder.observationRegistry(this.observationRegistry.getIfUnique(() -> ObservationRegistry.NOOP))
			.customObservationConvention(this.observationConvention.getIfAvailable());
	}

}
