package io.github.hnswspring.test;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistrar;
import org.springframework.test.context.DynamicPropertyRegistry;

/**
 * For tests of an application with its store:
 * {@code @Import(HnswTestConfiguration.class)} beside {@code @SpringBootTest}. The store
 * lies in a temporary directory instead of the one the application names, which is
 * deleted with the context, and asks the {@link NgramEmbeddingModel} instead of the
 * application's model.
 */
@TestConfiguration(proxyBeanMethods = false)
public class HnswTestConfiguration {

	/** Makes the configuration. */
	public HnswTestConfiguration() {
	}

	/** The name tells the store to take this one, whatever others there are. */
	@Bean
	NgramEmbeddingModel hnswEmbeddingModel() {
		return new NgramEmbeddingModel();
	}

	@Bean
	TemporaryDirectoryProperty hnswTemporaryDirectory() {
		return new TemporaryDirectoryProperty();
	}

	/** Made before all other beans, and so destroyed after them. */
	static final class TemporaryDirectoryProperty implements DynamicPropertyRegistrar, AutoCloseable {

		private final TemporaryDirectory directory = new TemporaryDirectory();

		@Override
		public void accept(DynamicPropertyRegistry registry) {
			registry.add("hnsw.directory", this.directory.path()::toString);
		}

		@Override
		public void close() {
			this.directory.close();
		}

	}

}
