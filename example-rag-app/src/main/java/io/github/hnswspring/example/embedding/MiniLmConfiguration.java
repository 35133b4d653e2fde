package io.github.hnswspring.example.embedding;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.model.SpringAIModelProperties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Provides the in-process model under the same switch that selects any other:
 * {@code spring.ai.model.embedding}. With {@code ollama} or {@code openai} there, this
 * one is absent.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = SpringAIModelProperties.EMBEDDING_MODEL, havingValue = "minilm", matchIfMissing = true)
class MiniLmConfiguration {

	@Bean
	MiniLmEmbeddingModel miniLmEmbeddingModel() {
		return new MiniLmEmbeddingModel();
	}

	/** Loads the model in the background, so that the first question does not wait. */
	@Bean
	ApplicationListener<ApplicationReadyEvent> miniLmWarmUp(EmbeddingModel model) {
		return (ready) -> new SimpleAsyncTaskExecutor("embedding-warm-up-").execute(() -> model.embed("Warm up."));
	}

}
