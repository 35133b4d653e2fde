package io.github.hnswspring.example.answer;

import io.github.hnswspring.answer.ExtractiveAnswers;
import io.github.hnswspring.example.RagProperties;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Chooses how questions are answered: by the chat model if there is one.
 */
@Configuration(proxyBeanMethods = false)
class AnswerConfiguration {

	@Bean
	Answerer answerer(ObjectProvider<ChatModel> chatModel, ModelCalls calls, ExtractiveAnswers quotes,
			VectorStore store, RagProperties properties, Environment environment) {
		ChatModel model = chatModel.getIfAvailable();
		if (model == null) {
			return new ExtractiveAnswerer(quotes, properties.similarityThreshold());
		}
		ChatClient client = ChatClient.builder(model).defaultAdvisors(calls).build();
		ChatFailures failures = new ChatFailures(ChatFailures.Target.of(environment), properties.answerTimeout());
		return new GeneratedAnswerer(client, failures, store, properties.similarityThreshold());
	}

}
