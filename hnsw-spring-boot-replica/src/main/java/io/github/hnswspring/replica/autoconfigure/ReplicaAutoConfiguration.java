package io.github.hnswspring.replica.autoconfigure;

import javax.sql.DataSource;

import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.HnswVectorStoreFactory;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.attach.PgVectorTableTruth;
import io.github.hnswspring.replica.postgres.PostgresTruth;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for {@link ReplicatedVectorStore}: with
 * {@code hnsw.replica.enabled=true} the auto-configured store is one.
 */
@AutoConfiguration(before = HnswVectorStoreAutoConfiguration.class,
		afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnBooleanProperty("hnsw.replica.enabled")
@EnableConfigurationProperties(ReplicaProperties.class)
public final class ReplicaAutoConfiguration {

	private static final String STORE = "hnswVectorStore";

	ReplicaAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	HnswVectorStoreFactory hnswReplicaFactory(ReplicaProperties properties, ObjectProvider<DataSource> dataSource,
			Environment environment) {
		ReplicaConfiguration configuration = new ReplicaConfiguration(properties, environment);
		return (builder) -> {
			boolean attached = configuration.isAttached();
			configuration.check(attached);
			ReplicaSettings settings = configuration.settings();
			if (!attached) {
				ReplicatedVectorStore store = new ReplicatedVectorStore(builder, new PostgresTruth(
						DataSources.only(dataSource), configuration.shared(), configuration.notifies()), settings);
				if (properties.isPromote()) {
					store.promote();
				}
				return store;
			}
			Metric metric = configuration.metric();
			if (metric != null) {
				builder.metric(metric);
			}
			return new ReplicatedVectorStore(builder, new PgVectorTableTruth(DataSources.only(dataSource),
					configuration.attach(), settings.writeTimeout()), settings);
		};
	}

	/**
	 * Tells the type of what {@link #hnswReplicaFactory} makes before it has made it, so
	 * that it can be injected as what it is.
	 */
	@Bean
	static BeanFactoryPostProcessor hnswReplicaType() {
		return (factory) -> {
			if (factory.containsBeanDefinition("hnswReplicaFactory") && factory.containsBeanDefinition(STORE)
					&& factory.getBeanDefinition(STORE) instanceof RootBeanDefinition store
					&& HnswVectorStoreAutoConfiguration.class.getName().equals(store.getFactoryBeanName())) {
				store.setTargetType(ReplicatedVectorStore.class);
			}
		};
	}

}
