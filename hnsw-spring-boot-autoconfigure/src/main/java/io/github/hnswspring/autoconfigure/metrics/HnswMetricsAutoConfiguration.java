package io.github.hnswspring.autoconfigure.metrics;

import java.util.Map;

import io.github.hnswspring.autoconfigure.ConditionalOnHnswVectorStore;
import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.HnswVectorStores;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for {@link HnswMetrics} of each store of the application.
 */
@AutoConfiguration(after = HnswVectorStoreAutoConfiguration.class,
		afterName = { "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ MeterRegistry.class, MetricsAutoConfiguration.class, VectorStore.class })
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnHnswVectorStore
public final class HnswMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "hnswMetrics")
	MeterBinder hnswMetrics(ListableBeanFactory beanFactory) {
		Map<String, HnswVectorStore> stores = HnswVectorStores.find(beanFactory);
		return (registry) -> stores.forEach((name, store) -> new HnswMetrics(store, name).bindTo(registry));
	}

}
