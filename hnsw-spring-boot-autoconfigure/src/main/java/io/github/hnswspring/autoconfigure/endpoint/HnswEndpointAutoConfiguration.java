package io.github.hnswspring.autoconfigure.endpoint;

import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for {@link HnswEndpoint}, which nobody sees until
 * {@code management.endpoints.web.exposure.include} names it.
 */
@AutoConfiguration(after = HnswVectorStoreAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(HnswVectorStore.class)
@ConditionalOnAvailableEndpoint(HnswEndpoint.class)
public final class HnswEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	HnswEndpoint hnswEndpoint(ListableBeanFactory beanFactory) {
		return new HnswEndpoint(beanFactory.getBeansOfType(HnswVectorStore.class, false, true));
	}

}
