package io.github.hnswspring.example.web;

import java.net.URI;
import java.util.Collection;
import java.util.TreeSet;

import io.github.hnswspring.example.answer.ChatModelException;
import io.github.hnswspring.ingest.IngestBusyException;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.multipart.MaxUploadSizeExceededException;

/**
 * Failures as RFC 9457 problem details. The type names the kind of problem for programs,
 * the detail says to people what to do; neither repeats what a client sent.
 */
final class Problems {

	static final int RETRY_SECONDS = 5;

	private Problems() {
	}

	static ProblemDetail of(Throwable thrown) {
		if (thrown instanceof IllegalArgumentException) {
			return problem(HttpStatus.BAD_REQUEST, "invalid-request", String.valueOf(thrown.getMessage()));
		}
		if (thrown instanceof UnreadableDocumentException unreadable) {
			return unreadable(unreadable);
		}
		if (thrown instanceof MaxUploadSizeExceededException) {
			return problem(HttpStatus.CONTENT_TOO_LARGE, "too-large",
					"The upload is larger than this application accepts (hnsw.ingest.max-file-size)");
		}
		if (thrown instanceof IngestBusyException busy) {
			return problem(busy.tooManyAtOnce() ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.SERVICE_UNAVAILABLE, "busy",
					String.valueOf(busy.getMessage()));
		}
		if (thrown instanceof TooManyRequestsException) {
			return problem(HttpStatus.TOO_MANY_REQUESTS, "busy", String.valueOf(thrown.getMessage()));
		}
		if (thrown instanceof ChatModelException chat) {
			return chat(chat);
		}
		return problem(HttpStatus.INTERNAL_SERVER_ERROR, "internal-error", "The application failed; its log says more");
	}

	static ProblemDetail problem(HttpStatus status, String type, String detail) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
		problem.setType(URI.create("urn:problem:" + type));
		problem.setTitle(status.getReasonPhrase());
		return problem;
	}

	static boolean isTemporary(ProblemDetail problem) {
		return problem.getStatus() == HttpStatus.TOO_MANY_REQUESTS.value()
				|| problem.getStatus() == HttpStatus.SERVICE_UNAVAILABLE.value();
	}

	/** What is wrong with a body that should be JSON: where, and what belongs there. */
	static String unreadable(@Nullable Throwable cause) {
		if (cause instanceof UnrecognizedPropertyException unknown) {
			return "There is a field that is not known beside "
					+ String.join(", ",
							new TreeSet<>(unknown.getKnownPropertyIds().stream().map(String::valueOf).toList()))
					+ place(unknown) + "; check its spelling or leave it out";
		}
		if (cause instanceof MismatchedInputException mismatch && !mismatch.getPath().isEmpty()) {
			return "The field " + field(mismatch) + " must be " + kind(mismatch.getTargetType()) + place(mismatch);
		}
		return "The body must be a JSON object like {\"question\":\"…\"}"
				+ ((cause instanceof JacksonException json) ? place(json) : "");
	}

	private static String field(JacksonException json) {
		StringBuilder name = new StringBuilder();
		for (JacksonException.Reference step : json.getPath()) {
			String property = step.getPropertyName();
			name.append((property != null) ? ((name.isEmpty()) ? "" : ".") + property : "[" + step.getIndex() + "]");
		}
		return name.toString();
	}

	private static String kind(@Nullable Class<?> type) {
		if (type == null) {
			return "of another kind";
		}
		if (Collection.class.isAssignableFrom(type)) {
			return "a list";
		}
		if (type == Integer.class) {
			return "a whole number";
		}
		return (type == String.class) ? "a text" : "an object";
	}

	private static String place(JacksonException json) {
		TokenStreamLocation at = json.getLocation();
		return (at != null && at.getLineNr() > 0) ? " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")"
				: "";
	}

	private static ProblemDetail unreadable(UnreadableDocumentException ex) {
		String detail = String.valueOf(ex.getMessage());
		return switch (ex.reason()) {
			case UNSUPPORTED -> problem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-document", detail);
			case NO_TEXT -> problem(HttpStatus.UNPROCESSABLE_CONTENT, "no-text", detail);
			case TOO_LARGE -> problem(HttpStatus.CONTENT_TOO_LARGE, "too-large", detail);
		};
	}

	private static ProblemDetail chat(ChatModelException ex) {
		String detail = String.valueOf(ex.getMessage());
		return switch (ex.failure()) {
			case CREDENTIALS -> problem(HttpStatus.BAD_GATEWAY, "chat-model-credentials", detail);
			case BUSY -> problem(HttpStatus.SERVICE_UNAVAILABLE, "chat-model-busy", detail);
			case TIMEOUT -> problem(HttpStatus.GATEWAY_TIMEOUT, "chat-model-timeout", detail);
			case CONNECTION -> problem(HttpStatus.BAD_GATEWAY, "chat-model-connection", detail);
			case ERROR -> problem(HttpStatus.BAD_GATEWAY, "chat-model-error", detail);
		};
	}

}
