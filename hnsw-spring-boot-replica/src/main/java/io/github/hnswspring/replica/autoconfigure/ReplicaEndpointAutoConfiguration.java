package io.github.hnswspring.replica.autoconfigure;

import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for {@link ReplicaEndpoint}, which is not exposed until
 * {@code management.endpoints.web.exposure.include} names it.
 */
@AutoConfiguration(after = HnswVectorStoreAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBooleanProperty("hnsw.replica.enabled")
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(HnswVectorStore.class)
@ConditionalOnAvailableEndpoint(ReplicaEndpoint.class)
public final class ReplicaEndpointAutoConfiguration {

	ReplicaEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	@Nullable ReplicaEndpoint hnswReplicaEndpoint(ObjectProvider<HnswVectorStore> stores) {
		// No bean then: the application has made the store itself.
		return (stores.getIfUnique() instanceof ReplicatedVectorStore replica) ? new ReplicaEndpoint(replica) : null;
	}

}
