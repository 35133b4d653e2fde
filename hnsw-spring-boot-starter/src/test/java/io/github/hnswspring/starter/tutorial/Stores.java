package io.github.hnswspring.starter.tutorial;

import java.nio.file.Path;

import io.github.hnswspring.autoconfigure.HnswVectorStoreBuilderConfigurer;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Two stores in one application. */
@Configuration(proxyBeanMethods = false)
class Stores {

	// region
	@Bean
	HnswVectorStore tickets(HnswVectorStoreBuilderConfigurer configurer, EmbeddingModel embeddingModel) {
		return configurer.configure(HnswVectorStore.builder(embeddingModel)).directory(Path.of("data/tickets")).build();
	}

	@Bean
	HnswVectorStore manuals(HnswVectorStoreBuilderConfigurer configurer, EmbeddingModel embeddingModel) {
		return configurer.configure(HnswVectorStore.builder(embeddingModel)).directory(Path.of("data/manuals")).build();
	}
	// endregion

}
