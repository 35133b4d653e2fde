package io.github.hnswspring.autoconfigure;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for the bean {@code hnswIndex}. Beside a store it is a live,
 * read-only view of the store's index; without one, and with {@code hnsw.dimensions}, an
 * ordinary index in memory that the application fills itself.
 */
@AutoConfiguration(after = HnswVectorStoreAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnMissingBean(HnswIndex.class)
public final class HnswIndexAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(HnswVectorStore.class)
	static class StoreIndexConfiguration {

		// The store closes its index; a view must not.
		@Bean(destroyMethod = "")
		HnswIndex hnswIndex(HnswVectorStore vectorStore) {
			return vectorStore.index();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(HnswVectorStore.class)
	@ConditionalOnProperty("hnsw.dimensions")
	@EnableConfigurationProperties(HnswProperties.class)
	static class StandaloneIndexConfiguration {

		@Bean(destroyMethod = "close")
		HnswIndex hnswIndex(HnswProperties properties, ObjectProvider<HnswIndexCustomizer> customizers) {
			HnswIndexBuilder builder = properties.indexBuilder();
			customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
			return builder.build();
		}

	}

}
