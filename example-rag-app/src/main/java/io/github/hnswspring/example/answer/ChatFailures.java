package io.github.hnswspring.example.answer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.TimeoutException;

import com.openai.errors.OpenAIServiceException;
import io.github.hnswspring.example.answer.ChatModelException.Failure;
import org.jspecify.annotations.Nullable;

import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientResponseException;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;

/**
 * Says in our own terms what went wrong between us and a chat model, whichever client
 * library stands in between.
 */
final class ChatFailures {

	private static final int MAX_CAUSES = 12;

	private ChatFailures() {
	}

	static ChatModelException translate(Throwable thrown) {
		if (thrown instanceof ChatModelException already) {
			return already;
		}
		Failure failure = Failure.ERROR;
		Throwable cause = thrown;
		for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
			Failure found = failure(cause);
			// A time-out is often wrapped in, or wraps, a plain I/O error.
			if (found != null && (failure == Failure.ERROR || found == Failure.TIMEOUT)) {
				failure = found;
			}
			cause = cause.getCause();
		}
		return new ChatModelException(failure, thrown);
	}

	private static @Nullable Failure failure(Throwable cause) {
		if (cause instanceof OpenAIServiceException response) {
			return status(response.statusCode());
		}
		if (cause instanceof WebClientResponseException response) {
			return status(response.getStatusCode().value());
		}
		if (cause instanceof RestClientResponseException response) {
			return status(response.getStatusCode().value());
		}
		if (cause instanceof TimeoutException || cause instanceof SocketTimeoutException
				|| cause instanceof HttpTimeoutException
				|| cause instanceof io.netty.handler.timeout.TimeoutException) {
			return Failure.TIMEOUT;
		}
		if (cause instanceof InterruptedIOException interrupted) {
			// okhttp reports its call time-out in this way.
			return "timeout".equals(interrupted.getMessage()) ? Failure.TIMEOUT : Failure.CONNECTION;
		}
		boolean connection = cause instanceof IOException || cause instanceof ResourceAccessException
				|| cause instanceof WebClientRequestException;
		return connection ? Failure.CONNECTION : null;
	}

	private static Failure status(int status) {
		return switch (status) {
			case 401, 403 -> Failure.CREDENTIALS;
			case 429, 503 -> Failure.BUSY;
			case 408, 504 -> Failure.TIMEOUT;
			default -> Failure.ERROR;
		};
	}

}
