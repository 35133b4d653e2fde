package io.github.hnswspring.autoconfigure;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * Finds the stores of an application, those too whose beans are declared as
 * {@link VectorStore}, as most applications do: what these are shows only once they are
 * there. Thread-safe: stateless.
 */
public final class HnswVectorStores {

	private HnswVectorStores() {
	}

	/**
	 * The stores; beans that may be one are created.
	 * @param beanFactory has the beans
	 * @return stores by the names of their beans, none if there are only others
	 */
	public static Map<String, HnswVectorStore> find(ListableBeanFactory beanFactory) {
		Map<String, HnswVectorStore> stores = new LinkedHashMap<>();
		for (String name : candidates(beanFactory, false, true)) {
			if (beanFactory.getBean(name) instanceof HnswVectorStore store) {
				stores.put(name, store);
			}
		}
		return stores;
	}

	/**
	 * The stores that are declared as {@code hnsw.stores.<name>}.
	 * @param environment has the properties
	 * @return their names, which are those of their beans
	 */
	public static List<String> declared(Environment environment) {
		return NamedStores.names(environment);
	}

	/** Names of the beans that are stores, or may turn out to be. */
	static List<String> candidates(ListableBeanFactory beanFactory, boolean includeNonSingletons,
			boolean allowEagerInit) {
		return Arrays.stream(beanFactory.getBeanNamesForType(VectorStore.class, includeNonSingletons, allowEagerInit))
			.filter((name) -> {
				Class<?> type = beanFactory.getType(name, allowEagerInit);
				return type != null && (type.isAssignableFrom(HnswVectorStore.class)
						|| HnswVectorStore.class.isAssignableFrom(type));
			})
			.toList();
	}

}
