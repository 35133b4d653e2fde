package io.github.hnswspring.autoconfigure;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Stores that an application makes itself. */
public final class StoreBeans {

	private StoreBeans() {
	}

	/** A store in memory and a temporary directory. */
	public static HnswVectorStore store() {
		return HnswVectorStore.builder(new TestEmbeddingModel()).build();
	}

	/** Only its instance shows that the bean {@code handMade} is a store of ours. */
	@Configuration(proxyBeanMethods = false)
	public static class DeclaredAsVectorStore {

		@Bean
		VectorStore handMade(TestEmbeddingModel model) {
			return HnswVectorStore.builder(model).build();
		}

	}

	/** Only its instance shows that the bean {@code simple} is none. */
	@Configuration(proxyBeanMethods = false)
	public static class AnotherDeclaredAsVectorStore {

		@Bean
		VectorStore simple(TestEmbeddingModel model) {
			return SimpleVectorStore.builder(model).build();
		}

	}

}
