package io.github.hnswspring.example.answer;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.http.okhttp.OpenAiHttpClientBuilderCustomizer;
import org.springframework.ai.openai.http.okhttp.SpringAiOpenAiHttpClient;

/**
 * Ends requests to OpenAI's API whose answers are not waited for any more. Its client
 * waits for the next piece of a stream before it closes it, and for the first one however
 * long that takes, while the model goes on and is paid for; here the connection is
 * closed.
 * <p>
 * A header tells which connection carries which answer; it is removed before a request
 * leaves this process.
 * <p>
 * Thread-safe: streams are cancelled from any thread.
 */
final class OpenAiCalls implements OpenAiHttpClientBuilderCustomizer {

	private static final String HEADER = "X-Answer-Of-This-Process";

	private final Map<String, Answer> answers = new ConcurrentHashMap<>();

	@Override
	public void customize(SpringAiOpenAiHttpClient.Builder builder) {
		builder.interceptor(this::intercept);
	}

	private Response intercept(Interceptor.Chain chain) throws IOException {
		String id = chain.request().header(HEADER);
		if (id == null) {
			return chain.proceed(chain.request());
		}
		Answer answer = this.answers.get(id);
		// The client tries again when a connection breaks, and so after it was closed.
		if (answer == null || !answer.begin(chain.call())) {
			throw new IOException("The answer was cancelled, so its request is not sent again");
		}
		return chain.proceed(chain.request().newBuilder().removeHeader(HEADER).build());
	}

	/**
	 * The same model, whose streams end their request when they are cancelled, and not
	 * before.
	 * @param model a model of OpenAI's API
	 */
	ChatModel ending(ChatModel model) {
		return new StreamedChatModel(model, (prompt) -> {
			String id = UUID.randomUUID().toString();
			this.answers.put(id, new Answer());
			// First the connection: the client, told to close its stream, waits for the
			// thread that reads from it.
			return model.stream(identified(prompt, id))
				.doOnCancel(() -> giveUp(id))
				.doOnTerminate(() -> this.answers.remove(id));
		});
	}

	private void giveUp(String id) {
		Answer answer = this.answers.remove(id);
		if (answer != null) {
			answer.giveUp();
		}
	}

	private static Prompt identified(Prompt prompt, String id) {
		OpenAiChatOptions options = (OpenAiChatOptions) Objects.requireNonNull(prompt.getOptions());
		Map<String, String> headers = new HashMap<>();
		if (options.getCustomHeaders() != null) {
			headers.putAll(options.getCustomHeaders());
		}
		headers.put(HEADER, id);
		// The client's own time limit would be one for the whole answer, 60 s by default.
		return new Prompt(prompt.getInstructions(),
				options.mutate().customHeaders(headers).timeout(Duration.ZERO).build());
	}

	/** An answer and the call it comes from, as soon as there is one. */
	private static final class Answer {

		private @Nullable Call call;

		private boolean givenUp;

		synchronized boolean begin(Call next) {
			this.call = next;
			return !this.givenUp;
		}

		synchronized void giveUp() {
			this.givenUp = true;
			if (this.call != null) {
				this.call.cancel();
			}
		}

	}

}
