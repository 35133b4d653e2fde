package io.github.hnswspring.example.answer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

import com.openai.errors.OpenAIServiceException;
import io.github.hnswspring.example.answer.ChatModelException.Failure;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.retry.NonTransientAiException;
import org.springframework.ai.retry.TransientAiException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientResponseException;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;

/**
 * Says in terms of this application what went wrong with a chat model, whichever client
 * library stands in between, and what to do about it.
 */
final class ChatFailures {

	private static final int MAX_CAUSES = 12;

	/** What may be repeated of a server's words: nothing that could be a secret. */
	private static final Pattern CODE = Pattern.compile("[a-z]+(?:_[a-z]+){0,7}");

	private static final int MAX_CODE = 48;

	/** Spring AI puts the status in front of what the server said. */
	private static final Pattern STATUS = Pattern.compile("(?:HTTP )?([45]\\d\\d)\\b.*", Pattern.DOTALL);

	private final ChatTarget target;

	private final Duration timeout;

	ChatFailures(ChatTarget target, Duration timeout) {
		this.target = target;
		this.timeout = timeout;
	}

	ChatModelException translate(Throwable thrown) {
		if (thrown instanceof ChatModelException already) {
			return already;
		}
		ChatModelException found = null;
		Throwable cause = thrown;
		for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
			ChatModelException next = one(cause, thrown);
			// A time-out is often wrapped in, or wraps, a plain I/O error; the innermost
			// of several of those says most.
			if (next != null && (found == null || next.failure() == Failure.TIMEOUT
					|| (found.failure() == Failure.CONNECTION && next.failure() == Failure.CONNECTION))) {
				found = next;
			}
			cause = cause.getCause();
		}
		return (found != null) ? found : new ChatModelException(Failure.ERROR, "The chat model failed to answer ("
				+ thrown.getClass().getSimpleName() + "); see the application's log", thrown);
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
		if (cause instanceof RestClientResponseException response) {
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
		if (cause instanceof ConnectException) {
			return connection("is refused: is it running? To continue, " + this.target.addressRemedy(), thrown);
		}
		if (cause instanceof UnknownHostException) {
			return connection("is impossible: no such host. To continue, " + this.target.addressRemedy(), thrown);
		}
		if (cause instanceof SSLException) {
			return connection("is not secure: its certificate or protocol is not accepted", thrown);
		}
		if (cause instanceof IOException || cause instanceof ResourceAccessException
				|| cause instanceof WebClientRequestException) {
			return connection("broke; ask again", thrown);
		}
		return null;
	}

	private ChatModelException connection(String what, @Nullable Throwable thrown) {
		return new ChatModelException(Failure.CONNECTION,
				"The connection to the chat model at " + this.target.address() + " " + what, thrown);
	}

	private ChatModelException status(int status, String code, Throwable thrown) {
		String answered = "The chat model's server answered " + status
				+ ((code.length() <= MAX_CODE && CODE.matcher(code).matches()) ? " (" + code + ")" : "") + ": ";
		return switch (status) {
			case 401 -> new ChatModelException(Failure.CREDENTIALS,
					answered + "it does not accept the API key; " + this.target.keyRemedy(), thrown);
			case 403 -> new ChatModelException(Failure.CREDENTIALS,
					answered + "the API key may not use this model; " + this.target.keyRemedy(), thrown);
			case 404 -> new ChatModelException(Failure.ERROR, answered + "it has no model '" + this.target.model()
					+ "' at this address; " + this.target.modelRemedy(), thrown);
			case 408, 504 -> new ChatModelException(Failure.TIMEOUT, answered + "it took too long; ask again", thrown);
			case 429 -> new ChatModelException(Failure.BUSY,
					answered + (code.equals("insufficient_quota")
							? "the account's quota is used up; look into its plan and billing"
							: "it accepts no more requests for now; ask again in a while"),
					thrown);
			case 503 -> new ChatModelException(Failure.BUSY,
					answered + "it is overloaded or being started; ask again in a while", thrown);
			case 400, 413, 422 -> new ChatModelException(Failure.ERROR, answered
					+ "it refuses the request; choose fewer passages, or another model if it says so for every question",
					thrown);
			default -> new ChatModelException(Failure.ERROR,
					answered + ((status >= 500)
							? "it failed; ask again, and look into its own log or status page if it stays"
							: "it refuses the request; check its address and the model's name"),
					thrown);
		};
	}

}
