package io.github.hnswspring.autoconfigure.health;

import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
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
@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(HnswVectorStore.class)
@ConditionalOnEnabledHealthIndicator("hnsw")
public final class HnswHealthContributorAutoConfiguration
		extends CompositeHealthContributorConfiguration<HnswHealthIndicator, HnswVectorStore> {

	HnswHealthContributorAutoConfiguration() {
		super(HnswHealthIndicator::new);
	}

	@Bean
	@ConditionalOnMissingBean(name = { "hnswHealthIndicator", "hnswHealthContributor" })
	HealthContributor hnswHealthContributor(ConfigurableListableBeanFactory beanFactory) {
		return createContributor(beanFactory, HnswVectorStore.class);
	}

}
