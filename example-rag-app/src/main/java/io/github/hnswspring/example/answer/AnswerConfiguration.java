package io.github.hnswspring.example.answer;

import io.github.hnswspring.example.RagProperties;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Chooses how questions are answered: by the chat model if there is one.
 */
@Configuration(proxyBeanMethods = false)
class AnswerConfiguration {

	@Bean
	Answerer answerer(ObjectProvider<ChatModel> chatModel, EmbeddingModel embeddingModel, VectorStore store,
			PassageSearch search, RagProperties properties) {
		ChatModel model = chatModel.getIfAvailable();
		if (model != null) {
			return new GeneratedAnswerer(model, store, properties);
		}
		return new ExtractiveAnswerer(search, embeddingModel, properties.similarityThreshold());
	}

}
