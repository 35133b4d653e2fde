package io.github.hnswspring.autoconfigure.health;

import java.util.Map;

import io.github.hnswspring.autoconfigure.ConditionalOnHnswVectorStore;
import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.HnswVectorStores;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.CompositeHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for {@link HnswHealthIndicator}: one for each store of the
 * application, together under the name {@code hnsw}.
 */
@AutoConfiguration(after = HnswVectorStoreAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ VectorStore.class, HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnHnswVectorStore
@ConditionalOnEnabledHealthIndicator("hnsw")
public final class HnswHealthContributorAutoConfiguration
		extends CompositeHealthContributorConfiguration<HnswHealthIndicator, HnswVectorStore> {

	HnswHealthContributorAutoConfiguration() {
		super(HnswHealthIndicator::new);
	}

	@Bean
	@ConditionalOnMissingBean(name = { "hnswHealthIndicator", "hnswHealthContributor" })
	@Nullable HealthContributor hnswHealthContributor(ListableBeanFactory beanFactory) {
		Map<String, HnswVectorStore> stores = HnswVectorStores.find(beanFactory);
		// No bean then: the stores have turned out to be others.
		return stores.isEmpty() ? null : createContributor(stores);
	}

}
