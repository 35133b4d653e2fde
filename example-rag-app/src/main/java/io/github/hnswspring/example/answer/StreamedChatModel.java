package io.github.hnswspring.example.answer;

import java.util.function.Function;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * A chat model whose streams are made in another way. Thread-safe as far as both are.
 *
 * @param model for all else
 * @param streams makes the streams
 */
record StreamedChatModel(ChatModel model, Function<Prompt, Flux<ChatResponse>> streams) implements ChatModel {

	@Override
	public ChatResponse call(Prompt prompt) {
		return this.model.call(prompt);
	}

	@Override
	public ChatOptions getOptions() {
		return this.model.getOptions();
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		return Flux.defer(() -> this.streams.apply(prompt));
	}

}
