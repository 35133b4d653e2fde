package io.github.hnswspring.autoconfigure.endpoint;

import io.github.hnswspring.autoconfigure.ConditionalOnHnswVectorStore;
import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.HnswVectorStores;

import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for {@link HnswEndpoint}, which is not exposed until
 * {@code management.endpoints.web.exposure.include} names it.
 */
@AutoConfiguration(after = HnswVectorStoreAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ VectorStore.class, Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnHnswVectorStore
@ConditionalOnAvailableEndpoint(HnswEndpoint.class)
public final class HnswEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	HnswEndpoint hnswEndpoint(ListableBeanFactory beanFactory) {
		return new HnswEndpoint(HnswVectorStores.find(beanFactory));
	}

}
