package io.github.hnswspring.ingest.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.autoconfigure.ConditionalOnHnswVectorStore;
import io.github.hnswspring.autoconfigure.HnswVectorStoreAutoConfiguration;
import io.github.hnswspring.autoconfigure.HnswVectorStores;
import io.github.hnswspring.ingest.IngestSettings;
import io.github.hnswspring.ingest.IngestSource;
import io.github.hnswspring.ingest.Ingestion;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for {@link Ingestion}: active when {@code hnsw.ingest.sources} or a
 * bean of {@link IngestSource} says where documents come from.
 */
@AutoConfiguration(after = HnswVectorStoreAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnClass(VectorStore.class)
@ConditionalOnHnswVectorStore
@Conditional(OnIngestSourcesCondition.class)
@EnableConfigurationProperties(IngestProperties.class)
public final class IngestAutoConfiguration {

	static final String STORE = "hnsw.ingest.store";

	/** How the bean of the store without a name is called. */
	private static final String UNNAMED = "hnswVectorStore";

	@Bean
	@ConditionalOnMissingBean
	Ingestion hnswIngestion(IngestProperties properties, ObjectProvider<IngestSource> sources, Environment environment,
			ListableBeanFactory beanFactory, ObjectProvider<HnswVectorStore> primary,
			ApplicationEventPublisher events) {
		List<IngestSource> all = new ArrayList<>();
		properties.sources().forEach((location) -> all.add(source(location)));
		sources.orderedStream().forEach(all::add);
		IngestSettings settings = new IngestSettings(all, properties.watch(), properties.maxFiles(),
				properties.limits());
		HnswVectorStore store = store(properties.store(), environment, beanFactory, primary);
		try {
			return Ingestion.of(store, settings, events);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException("hnsw.ingest.sources", properties.sources(),
					String.valueOf(ex.getMessage()));
		}
	}

	private static IngestSource source(String location) {
		try {
			return IngestSource.of(location);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException("hnsw.ingest.sources", location,
					String.valueOf(ex.getMessage()));
		}
	}

	private static HnswVectorStore store(@Nullable String name, Environment environment,
			ListableBeanFactory beanFactory, ObjectProvider<HnswVectorStore> primary) {
		Map<String, HnswVectorStore> stores = HnswVectorStores.find(beanFactory);
		if (name != null && !name.isBlank()) {
			HnswVectorStore named = stores.get(name.strip());
			if (named == null) {
				throw new InvalidConfigurationPropertyValueException(STORE, name,
						"There is no such store; there are " + String.join(", ", stores.keySet())
								+ ". Declare it with hnsw.stores." + name + ".directory, or name one of these.");
			}
			return named;
		}
		HnswVectorStore unnamed = stores.get(UNNAMED);
		if (unnamed == null) {
			// A store that is declared by name is there for something else, such as the
			// memory of a chat; a bean of the application's is not.
			stores.keySet().removeAll(HnswVectorStores.declared(environment));
			HnswVectorStore chosen = primary.getIfUnique();
			unnamed = (stores.size() == 1) ? stores.values().iterator().next()
					: stores.containsValue(chosen) ? chosen : null;
		}
		if (unnamed == null) {
			throw new NoIngestStoreException(HnswVectorStores.find(beanFactory).keySet());
		}
		return unnamed;
	}

	/** Figures of the ingestion, where there is Micrometer. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class Meters {

		@Bean
		@ConditionalOnMissingBean(name = "hnswIngestMetrics")
		MeterBinder hnswIngestMetrics(Ingestion ingestion) {
			return new IngestMetrics(ingestion);
		}

	}

}
