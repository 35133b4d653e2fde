package io.github.hnswspring.example.answer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;

import com.openai.errors.OpenAIServiceException;
import io.github.hnswspring.example.answer.ChatModelException.Failure;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.retry.NonTransientAiException;
import org.springframework.ai.retry.TransientAiException;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;

/**
 * Says in terms of this application what went wrong with a chat model, whichever client
 * library stands in between, and what to do about it.
 */
record ChatFailures(Target target, Duration timeout) {

	private static final int MAX_CAUSES = 12;

	/** What may be repeated of a server's words: nothing that could be a secret. */
	private static final Pattern CODE = Pattern.compile("(?=.{1,48}$)[a-z]+(?:_[a-z]+){0,7}");

	/** Spring AI puts the status in front of what the server said. */
	private static final Pattern STATUS = Pattern.compile("(?:HTTP )?([45]\\d\\d)\\b.*", Pattern.DOTALL);

	/** The address of a server; the groups hold no secrets. */
	static final Pattern ADDRESS = Pattern.compile(
			"(https?://)(?:[^/?#\\s]*@)?((?:[^/?#@:\\[\\]\\s]+|\\[[\\da-f:.]+])(?::\\d{1,5})?)(?:[/?#]\\S*)?",
			Pattern.CASE_INSENSITIVE);

	ChatModelException translate(Throwable thrown) {
		if (thrown instanceof ChatModelException already) {
			return already;
		}
		// The innermost cause says most, but for what broke because time was out.
		return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
			.limit(MAX_CAUSES)
			.flatMap((cause) -> Stream.ofNullable(one(cause, thrown)))
			.reduce((outer, inner) -> (outer.failure() == Failure.TIMEOUT) ? outer : inner)
			.orElseGet(() -> new ChatModelException(Failure.ERROR, "The chat model failed to answer ("
					+ thrown.getClass().getSimpleName() + "); see the application's log", thrown));
	}

	/** The end of a stream that does not say it is one. */
	ChatModelException brokenOff() {
		return connection("broke off before the answer was complete; ask again", null);
	}

	private @Nullable ChatModelException one(Throwable cause, Throwable thrown) {
		if (cause instanceof OpenAIServiceException response) {
			return status(response.statusCode(), response.code().orElse(""), thrown);
		}
		if (cause instanceof WebClientResponseException response) {
			return status(response.getStatusCode().value(), "", thrown);
		}
		if (cause instanceof NonTransientAiException || cause instanceof TransientAiException) {
			Matcher status = STATUS.matcher(String.valueOf(cause.getMessage()));
			return status.matches() ? status(Integer.parseInt(status.group(1)), "", thrown) : null;
		}
		if (cause instanceof TimeoutException) {
			return new ChatModelException(Failure.TIMEOUT, "The chat model at " + this.target.address()
					+ " sent nothing for " + this.timeout.toSeconds() + " s; ask again, or raise rag.answer-timeout",
					thrown);
		}
		// okhttp reports its call time-out as an interrupted call.
		if (cause instanceof SocketTimeoutException || cause instanceof HttpTimeoutException
				|| cause instanceof io.netty.handler.timeout.TimeoutException
				|| (cause instanceof InterruptedIOException && "timeout".equals(cause.getMessage()))) {
			return new ChatModelException(Failure.TIMEOUT, "The chat model at " + this.target.address()
					+ " did not answer within the time limit of its client; ask again, or look whether it is overloaded",
					thrown);
		}
		return connection(cause, thrown);
	}

	private @Nullable ChatModelException connection(Throwable cause, Throwable thrown) {
		if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
			String why = (cause instanceof ConnectException) ? "refused: is it running?" : "impossible: no such host.";
			return connection("is " + why + " To continue, " + this.target.addressRemedy(), thrown);
		}
		if (cause instanceof SSLException) {
			return connection("is not secure: its certificate or protocol is not accepted", thrown);
		}
		return (cause instanceof IOException || cause instanceof WebClientRequestException)
				? connection("broke; ask again", thrown) : null;
	}

	private ChatModelException connection(String what, @Nullable Throwable thrown) {
		return new ChatModelException(Failure.CONNECTION,
				"The connection to the chat model at " + this.target.address() + " " + what, thrown);
	}

	private ChatModelException status(int status, String code, Throwable thrown) {
		Failure failure = switch (status) {
			case 401, 403 -> Failure.CREDENTIALS;
			case 408, 504 -> Failure.TIMEOUT;
			case 429, 503 -> Failure.BUSY;
			default -> Failure.ERROR;
		};
		return new ChatModelException(
				failure, "The chat model's server answered " + status
						+ (CODE.matcher(code).matches() ? " (" + code + ")" : "") + ": " + reason(status, code),
				thrown);
	}

	private String reason(int status, String code) {
		return switch (status) {
			case 401 -> "it does not accept the API key; " + this.target.keyRemedy();
			case 403 -> "the API key may not use this model; " + this.target.keyRemedy();
			case 404 -> "it has no model '" + this.target.model() + "' at this address; " + this.target.modelRemedy();
			case 408, 504 -> "it took too long; ask again";
			case 429 ->
				code.equals("insufficient_quota") ? "the account's quota is used up; look into its plan and billing"
						: "it accepts no more requests for now; ask again in a while";
			case 503 -> "it is overloaded or being started; ask again in a while";
			case 400, 413, 422 ->
				"it refuses the request; choose fewer passages, or another model if it says so for every question";
			default -> (status >= 500) ? "it failed; ask again, and look into its own log or status page if it stays"
					: "it refuses the request; check its address and the model's name";
		};
	}

	/**
	 * Which chat model is asked, and by what it is configured, for messages that say what
	 * to do. Holds no secrets.
	 *
	 * @param kind as in {@code spring.ai.model.chat}, which is also the name of its
	 * profile
	 * @param address scheme, host and port of its server
	 * @param model its name
	 */
	record Target(String kind, String address, String model) {

		static Target of(Environment environment) {
			String kind = environment.getProperty("spring.ai.model.chat", "none");
			String prefix = "${spring.ai." + kind;
			// Unlike properties, placeholders do not mind one that nothing replaces.
			String url = environment.resolvePlaceholders(prefix + ".chat.base-url:" + prefix + ".base-url:}}");
			// An address may hold a name and a password, and a path or query a key.
			Matcher address = ADDRESS.matcher(url.strip());
			return new Target(kind, address.matches() ? address.replaceFirst("$1$2") : "its configured address",
					environment.resolvePlaceholders(prefix + ".chat.model:}"));
		}

		/** What to do about credentials. */
		String keyRemedy() {
			return this.kind.equals("ollama") ? "check the credentials of " + this.address
					: "set " + setting("API_KEY", "api-key") + " to a key that is valid there and restart";
		}

		/** What to do about a model that is not there. */
		String modelRemedy() {
			String setting = setting("MODEL", "chat.model");
			return this.kind.equals("ollama")
					? "run 'ollama pull " + this.model + "', or set " + setting + " and restart"
					: "check " + setting + " and the path in " + setting("BASE_URL", "base-url") + ", and restart";
		}

		/** What to do about a server that is not there. */
		String addressRemedy() {
			return "start it, or set " + setting("BASE_URL", "base-url") + " and restart";
		}

		/** The variable that the profile reads, and the property it sets. */
		private String setting(String variable, String property) {
			return this.kind.toUpperCase(Locale.ROOT) + "_" + variable + " (spring.ai." + this.kind + "." + property
					+ ")";
		}

	}

}
