package io.github.hnswspring.example.answer;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import okhttp3.Interceptor;
import okhttp3.Response;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.http.okhttp.OpenAiHttpClientBuilderCustomizer;
import org.springframework.ai.openai.http.okhttp.SpringAiOpenAiHttpClient;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Ends requests to a chat model whose answers are not waited for any more; the model
 * would go on, and be paid for. The client of OpenAI's API waits for the next piece of a
 * stream before it closes it, and for the first one however long that takes. That of
 * Ollama collects the pieces in windows, and a window that is open keeps a cancellation
 * from reaching the connection. So the connection is told beside the stream.
 * <p>
 * What tells which connection carries which answer is a header, removed before a request
 * leaves this process, and with Ollama the subscriber's context.
 * <p>
 * Thread-safe: streams are cancelled from any thread.
 */
@Component
final class ModelCalls implements StreamAdvisor, OpenAiHttpClientBuilderCustomizer, WebClientCustomizer {

	private static final String ANSWER = "X-Answer-Of-This-Process";

	/** By answer what completes when it is given up. */
	private final Map<String, Mono<Void>> ends = new ConcurrentHashMap<>();

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		return Flux.defer(() -> {
			String id = UUID.randomUUID().toString();
			Sinks.Empty<Void> end = Sinks.empty();
			this.ends.put(id, end.asMono());
			// First the connection: a client that is told to close its stream waits for
			// the thread that reads from it.
			return chain.nextStream(identified(request, id))
				.doOnCancel(end::tryEmitEmpty)
				.doFinally((signal) -> this.ends.remove(id))
				.contextWrite((context) -> context.put(ANSWER, end.asMono()));
		});
	}

	private static ChatClientRequest identified(ChatClientRequest request, String id) {
		if (!(request.prompt().getOptions() instanceof OpenAiChatOptions options)) {
			return request;
		}
		Map<String, String> headers = new HashMap<>(Objects.requireNonNullElse(options.getCustomHeaders(), Map.of()));
		headers.put(ANSWER, id);
		// The client's own time limit would be one for the whole answer, 60 s by default.
		return request.mutate()
			.prompt(request.prompt()
				.mutate()
				.chatOptions(options.mutate().customHeaders(headers).timeout(Duration.ZERO).build())
				.build())
			.build();
	}

	@Override
	public void customize(SpringAiOpenAiHttpClient.Builder builder) {
		builder.interceptor(this::intercept);
	}

	private Response intercept(Interceptor.Chain chain) throws IOException {
		String id = chain.request().header(ANSWER);
		if (id == null) {
			return chain.proceed(chain.request());
		}
		Mono<Void> end = this.ends.get(id);
		// The client tries again when a connection breaks, and so after it was closed.
		if (end == null) {
			throw new IOException("The answer was cancelled, so its request is not sent again");
		}
		end.subscribe(null, null, chain.call()::cancel);
		return chain.proceed(chain.request().newBuilder().removeHeader(ANSWER).build());
	}

	@Override
	public void customize(WebClient.Builder builder) {
		builder.filter(ModelCalls::exchange);
	}

	private static Mono<ClientResponse> exchange(ClientRequest request, ExchangeFunction next) {
		return Mono.deferContextual((context) -> {
			Mono<Void> end = context.<Mono<Void>>getOrEmpty(ANSWER).orElseGet(Mono::never);
			return next.exchange(request)
				.takeUntilOther(end)
				.map((response) -> response.mutate().body((body) -> body.takeUntilOther(end)).build());
		});
	}

	@Override
	public String getName() {
		return "ModelCalls";
	}

	/** Next to the model. */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 1;
	}

}
