package io.github.hnswspring.test;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * For tests of an application with its stores:
 * {@code @Import(HnswTestConfiguration.class)} beside {@code @SpringBootTest}. Each store
 * of the properties, {@code hnsw.stores.*} too, lies in a temporary directory instead of
 * the one the application names, which is deleted with the context, and asks the
 * {@link NgramEmbeddingModel} instead of the application's model. A store that only reads
 * is empty then, and writes. Stores that the application builds itself are as it builds
 * them.
 */
@TestConfiguration(proxyBeanMethods = false)
public class HnswTestConfiguration {

	static final String EMBEDDING_MODEL = "hnswTestEmbeddingModel";

	/** Makes the configuration. */
	public HnswTestConfiguration() {
	}

	/** Under a name that no application has, which stores are told. */
	@Bean(EMBEDDING_MODEL)
	NgramEmbeddingModel hnswTestEmbeddingModel() {
		return new NgramEmbeddingModel();
	}

	@Bean
	TestStoreProperties hnswTestStoreProperties(Environment environment) {
		return new TestStoreProperties(environment);
	}

}
