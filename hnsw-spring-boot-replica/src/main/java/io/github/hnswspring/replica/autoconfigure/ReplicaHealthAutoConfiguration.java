package io.github.hnswspring.replica.autoconfigure;

import java.time.InstantSource;

import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for the health of a replica, under the name {@code hnswReplica}.
 */
@AutoConfiguration(after = HnswVectorStoreAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBooleanProperty("hnsw.replica.enabled")
@ConditionalOnClass({ HealthContributor.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(HnswVectorStore.class)
@ConditionalOnEnabledHealthIndicator("hnsw-replica")
public final class ReplicaHealthAutoConfiguration {

	ReplicaHealthAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "hnswReplicaHealthIndicator")
	@Nullable HealthContributor hnswReplicaHealthIndicator(ObjectProvider<HnswVectorStore> stores) {
		// No bean then: the application has made the store itself.
		return (stores.getIfUnique() instanceof ReplicatedVectorStore replica)
				? new ReplicaHealthIndicator(replica, InstantSource.system()) : null;
	}

}
