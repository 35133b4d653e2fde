package io.github.hnswspring.test;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.test.context.DynamicPropertyRegistrar;
import org.springframework.test.context.DynamicPropertyRegistry;

/**
 * What each store is told instead of what the application says: a directory of its own,
 * to write, and the model of the tests with all that depends on a model. Made before all
 * other beans, and so destroyed after them.
 */
final class TestStoreProperties implements DynamicPropertyRegistrar, AutoCloseable {

	private static final String STORES = "hnsw.stores";

	private final TemporaryDirectory directory = new TemporaryDirectory();

	private final Environment environment;

	TestStoreProperties(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void accept(DynamicPropertyRegistry registry) {
		add(registry, "hnsw", this.directory.path());
		for (String store : namedStores()) {
			add(registry, STORES + "." + store, this.directory.path().resolve("stores").resolve(store));
		}
	}

	/**
	 * Each once, however it is spelled. A name alone is enough to declare a store, so
	 * what is below it may be anything.
	 */
	private List<String> namedStores() {
		return Binder.get(this.environment)
			.bind(STORES, Bindable.mapOf(String.class, Object.class))
			.map(Map::keySet)
			.orElse(Set.of())
			.stream()
			.map((name) -> name.replace("-", "").toLowerCase(Locale.ROOT))
			.distinct()
			.toList();
	}

	private static void add(DynamicPropertyRegistry registry, String prefix, Path directory) {
		registry.add(prefix + ".directory", directory::toString);
		registry.add(prefix + ".read-only", () -> false);
		registry.add(prefix + ".embedding.bean", () -> HnswTestConfiguration.EMBEDDING_MODEL);
		registry.add(prefix + ".embedding.former-bean", () -> "");
		registry.add(prefix + ".embedding.model", () -> NgramEmbeddingModel.NAME);
		registry.add(prefix + ".dimensions", () -> NgramEmbeddingModel.DIMENSIONS);
	}

	@Override
	public void close() {
		this.directory.close();
	}

}
