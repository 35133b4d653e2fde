package io.github.hnswspring.vectorstore.contract;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * Answers what the test says and remembers what it was asked. Thread-safe.
 */
public class RecordingChatModel implements ChatModel {

	private final List<Prompt> prompts = new CopyOnWriteArrayList<>();

	private volatile List<String> answers = List.of();

	/** Each of these is one generation of the next responses; none is possible too. */
	public void answerWith(String... answers) {
		this.answers = List.of(answers);
	}

	/** What the model was sent last, all messages together. */
	public String lastPrompt() {
		return this.prompts.get(this.prompts.size() - 1).getContents();
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		this.prompts.add(prompt);
		return new ChatResponse(
				this.answers.stream().map((answer) -> new Generation(new AssistantMessage(answer))).toList());
	}

	/** The first answer, word by word. */
	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		this.prompts.add(prompt);
		return Flux.fromStream(Arrays.stream(this.answers.get(0).split("(?<= )")))
			.map((word) -> new ChatResponse(List.of(new Generation(new AssistantMessage(word)))));
	}

}
