package io.github.hnswspring.example.answer;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Ends requests to Ollama whose answers are not waited for any more. Spring AI collects
 * the pieces of a stream in windows, and a window that is open keeps a cancellation from
 * reaching the connection; here it is told beside the stream.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
final class OllamaCalls implements WebClientCustomizer {

	/** Key of the subscriber's context: completes when the answer is over. */
	private static final String END = OllamaCalls.class.getName() + ".end";

	@Override
	public void customize(WebClient.Builder builder) {
		builder.filter(OllamaCalls::exchange);
	}

	private static Mono<ClientResponse> exchange(ClientRequest request, ExchangeFunction next) {
		return Mono.deferContextual((context) -> {
			Mono<Void> end = context.<Mono<Void>>getOrEmpty(END).orElseGet(Mono::never);
			return next.exchange(request)
				.takeUntilOther(end)
				.map((response) -> response.mutate().body((body) -> body.takeUntilOther(end)).build());
		});
	}

	/**
	 * The same model, whose streams end their request when they are cancelled.
	 * @param model a model of Ollama
	 */
	static ChatModel ending(ChatModel model) {
		return new StreamedChatModel(model, (prompt) -> {
			Sinks.Empty<Void> end = Sinks.empty();
			return model.stream(prompt)
				.doOnCancel(end::tryEmitEmpty)
				.contextWrite((context) -> context.put(END, end.asMono()));
		});
	}

}
