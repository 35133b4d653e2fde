package io.github.hnswspring.autoconfigure;

import io.github.hnswspring.index.HnswIndexBuilder;

/**
 * Changes the builder of the index of an auto-configured or
 * {@linkplain HnswVectorStoreBuilderConfigurer configured} store after the {@code hnsw.*}
 * properties have been applied to it and before it builds. All beans of this type are
 * called, in their order; each index that is built - a rebuild builds a new one - gets a
 * builder of its own, so a customizer must do the same every time.
 */
@FunctionalInterface
public interface HnswIndexCustomizer {

	/**
	 * Changes the builder.
	 * @param builder the builder, with the properties applied
	 */
	void customize(HnswIndexBuilder builder);

}
