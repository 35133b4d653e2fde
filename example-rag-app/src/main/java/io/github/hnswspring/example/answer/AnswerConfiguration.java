package io.github.hnswspring.example.answer;

import io.github.hnswspring.answer.ExtractiveAnswers;
import io.github.hnswspring.example.RagProperties;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.ollama.OllamaChatModel;
import org.springframework.ai.openai.OpenAiChatModel;
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
	OpenAiCalls openAiCalls() {
		return new OpenAiCalls();
	}

	@Bean
	OllamaCalls ollamaCalls() {
		return new OllamaCalls();
	}

	@Bean
	Answerer answerer(ObjectProvider<ChatModel> chatModel, OpenAiCalls openAiCalls,
			ObjectProvider<ExtractiveAnswers> quotes, VectorStore store, RagProperties properties,
			Environment environment) {
		ChatModel model = chatModel.getIfAvailable();
		if (model != null) {
			return new GeneratedAnswerer(ending(model, openAiCalls), ChatTarget.of(environment), store, properties);
		}
		return new ExtractiveAnswerer(quotes.getObject(), properties.similarityThreshold());
	}

	private static ChatModel ending(ChatModel model, OpenAiCalls openAiCalls) {
		if (model instanceof OpenAiChatModel) {
			return openAiCalls.ending(model);
		}
		return (model instanceof OllamaChatModel) ? OllamaCalls.ending(model) : model;
	}

}
