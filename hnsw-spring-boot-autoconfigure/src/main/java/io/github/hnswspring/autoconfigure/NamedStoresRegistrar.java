package io.github.hnswspring.autoconfigure;

import java.util.Set;

import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers a bean for each store that is declared by name. It is injected where its name
 * is asked for, and no candidate where a type is: what an application has injected today
 * does not change when another store is declared.
 */
final class NamedStoresRegistrar implements ImportBeanDefinitionRegistrar {

	static final String FACTORY = "hnswNamedStores";

	/** Beans that are registered later, or may be. */
	private static final Set<String> OURS = Set.of(FACTORY, NamedStores.UNNAMED, "hnswIndex",
			"hnswVectorStoreBuilderConfigurer", "hnswHealthContributor", "hnswMetrics", "hnswEndpoint",
			"hnswOtherStoreNotice");

	private final Environment environment;

	NamedStoresRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		for (String name : NamedStores.names(this.environment)) {
			if (OURS.contains(name) || registry.isBeanNameInUse(name)) {
				throw new InvalidConfigurationPropertyValueException(NamedStores.PREFIX + "." + name, "a store",
						"There is another bean of that name already; choose another name for the store, or for the "
								+ "bean.");
			}
			RootBeanDefinition store = new RootBeanDefinition(HnswVectorStore.class);
			store.setFactoryBeanName(FACTORY);
			store.setFactoryMethodName("store");
			store.getConstructorArgumentValues().addIndexedArgumentValue(0, name);
			store.setDefaultCandidate(false);
			store.setResourceDescription(NamedStores.PREFIX + "." + name);
			registry.registerBeanDefinition(name, store);
		}
	}

}
