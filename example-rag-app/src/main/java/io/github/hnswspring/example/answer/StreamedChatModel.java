package io.github.hnswspring.example.answer;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * A chat model whose streams are made in another way. Thread-safe as far as both are.
 *
 * @param model for all else
 * @param streams makes the streams
 */
record StreamedChatModel(ChatModel model, Function<Prompt, Flux<ChatResponse>> streams) implements ChatModel {

	/**
	 * Collected from a stream, so that it ends as well when the one who asked has left
	 * any more.
	 */
	@Override
	public ChatResponse call(Prompt prompt) {
		StringBuilder text = new StringBuilder();
		for (ChatResponse piece : Objects.requireNonNull(stream(prompt).collectList().block())) {
			if (piece.getResult() != null) {
				text.append(Objects.requireNonNullElse(piece.getResult().getOutput().getText(), ""));
			}
		}
		return new ChatResponse(List.of(new Generation(new AssistantMessage(text.toString()))));
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
