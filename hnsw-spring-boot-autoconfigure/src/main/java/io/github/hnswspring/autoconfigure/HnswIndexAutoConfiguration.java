package io.github.hnswspring.autoconfigure;

import java.util.Arrays;
import java.util.List;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/**
 * Auto-configuration for the bean {@code hnswIndex}. Beside a store it is a live,
 * read-only view of the store's index; without one, and with {@code hnsw.dimensions}, an
 * ordinary index in memory that the application fills itself. It is that of the store
 * whose bean is declared as {@link HnswVectorStore}.
 */
@AutoConfiguration(after = HnswVectorStoreAutoConfiguration.class)
@AutoConfigureOrder(Ordered.LOWEST_PRECEDENCE)
@ConditionalOnMissingBean(HnswIndex.class)
public final class HnswIndexAutoConfiguration {

	HnswIndexAutoConfiguration() {
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(HnswVectorStore.class)
	static class StoreIndexConfiguration {

		// The store closes its index; a view must not.
		@Bean(destroyMethod = "")
		HnswIndex hnswIndex(ConfigurableListableBeanFactory beanFactory, ObjectProvider<HnswVectorStore> vectorStore) {
			List<String> declared = Arrays.stream(beanFactory.getBeanNamesForType(HnswVectorStore.class, true, false))
				.filter((name) -> isDeclared(beanFactory, name))
				.toList();
			if (declared.size() != 1) {
				return vectorStore.getObject().index();
			}
			beanFactory.registerDependentBean(declared.get(0), "hnswIndex");
			return beanFactory.getBean(declared.get(0), HnswVectorStore.class).index();
		}

		/**
		 * The condition saw declared types. Meanwhile beans declared as VectorStore may
		 * have turned out to be such stores, which must not make the choice ambiguous.
		 */
		private static boolean isDeclared(ConfigurableListableBeanFactory beanFactory, String name) {
			if (!beanFactory.containsBeanDefinition(name)) {
				return true;
			}
			BeanDefinition definition = beanFactory.getMergedBeanDefinition(name);
			return definition.isAutowireCandidate()
					&& HnswVectorStore.class.isAssignableFrom(definition.getResolvableType().resolve(Object.class));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(HnswVectorStore.class)
	@ConditionalOnProperty("hnsw.dimensions")
	@Conditional(OnNoNamedStoresCondition.class)
	@EnableConfigurationProperties(HnswProperties.class)
	static class StandaloneIndexConfiguration {

		@Bean(destroyMethod = "close")
		HnswIndex hnswIndex(HnswProperties properties, ObjectProvider<HnswIndexCustomizer> customizers) {
			HnswIndexBuilder builder = new HnswPropertiesMapper(properties).indexBuilder();
			customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
			return builder.build();
		}

	}

	/** The dimensions are a default of the named stores then. */
	static class OnNoNamedStoresCondition extends NoneNestedConditions {

		OnNoNamedStoresCondition() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@Conditional(OnNamedStoresCondition.class)
		static class Named {

		}

	}

}
