package io.github.hnswspring.autoconfigure.endpoint;

import java.nio.file.Path;
import java.util.Locale;

import io.github.hnswspring.autoconfigure.ConditionalOnHnswVectorStore;
import io.github.hnswspring.autoconfigure.DirectoryProperty;
import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.HnswVectorStores;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

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
	HnswEndpoint hnswEndpoint(ListableBeanFactory beanFactory, Environment environment) {
		return new HnswEndpoint(HnswVectorStores.find(beanFactory), (store) -> backupDirectory(environment, store));
	}

	@Bean
	OperationInvokerAdvisor hnswEndpointUnknownFields() {
		return new UnknownFields();
	}

	/** Asked for with each backup, so that a wrong value stops no start. */
	private static @Nullable Path backupDirectory(Environment environment, String store) {
		Binder binder = Binder.get(environment);
		String all = binder.bind(StoreTasks.PROPERTY, String.class).orElse(null);
		String name = store.toLowerCase(Locale.ROOT);
		String property = "hnsw.stores." + name + ".backup.directory";
		String own = ConfigurationPropertyName.isValid(name) ? binder.bind(property, String.class).orElse(null) : null;
		Path path = (own != null) ? DirectoryProperty.path(property, own)
				: DirectoryProperty.path(StoreTasks.PROPERTY, all);
		return (path != null) ? path.toAbsolutePath() : null;
	}

}
