package io.github.hnswspring.example.web;

import java.net.URI;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

import io.github.hnswspring.example.answer.ChatModelException;
import io.github.hnswspring.ingest.IngestBusyException;
import io.github.hnswspring.ingest.LoggedFailure;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Failures as RFC 9457 problem details. The type names the kind of problem for programs,
 * the detail says to people what to do; neither repeats what a client sent. Spring's own
 * keep the status Spring gives them, with words from {@code messages.properties} where
 * those say more.
 */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

	private static final Log log = LogFactory.getLog(Problems.class);

	@ExceptionHandler(RuntimeException.class)
	@Nullable ResponseEntity<Object> failed(RuntimeException ex, WebRequest request) {
		ProblemDetail problem = of(ex, "Request failed");
		return handleExceptionInternal(ex, problem, new HttpHeaders(), HttpStatusCode.valueOf(problem.getStatus()),
				request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		return failed(new IllegalArgumentException(unreadable(ex.getCause())), request);
	}

	/** What is too much for now may be asked again, in five seconds. */
	@Override
	protected ResponseEntity<Object> createResponseEntity(@Nullable Object body, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		HttpHeaders all = new HttpHeaders(headers);
		if (status == HttpStatus.TOO_MANY_REQUESTS || status == HttpStatus.SERVICE_UNAVAILABLE) {
			all.set(HttpHeaders.RETRY_AFTER, "5");
		}
		return ResponseEntity.status(status).headers(all).body(body);
	}

	/** A failure of the application itself is logged besides, by what it was doing. */
	static ProblemDetail of(Throwable thrown, String failed) {
		String detail = String.valueOf(thrown.getMessage());
		if (thrown instanceof ErrorResponse response) {
			return response.getBody();
		}
		if (thrown instanceof IllegalArgumentException) {
			return problem(HttpStatus.BAD_REQUEST, "invalid-request", detail);
		}
		if (thrown instanceof UnreadableDocumentException unreadable) {
			return switch (unreadable.reason()) {
				case UNSUPPORTED -> problem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-document", detail);
				case NO_TEXT -> problem(HttpStatus.UNPROCESSABLE_CONTENT, "no-text", detail);
				case TOO_LARGE -> problem(HttpStatus.CONTENT_TOO_LARGE, "too-large", detail);
			};
		}
		if (thrown instanceof IngestBusyException busy) {
			return problem(busy.tooManyAtOnce() ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.SERVICE_UNAVAILABLE, "busy",
					detail);
		}
		if (thrown instanceof ChatModelException chat) {
			return problem(status(chat.failure()), "chat-model-" + chat.failure().name().toLowerCase(Locale.ROOT),
					detail);
		}
		LoggedFailure.log(log, failed, thrown);
		return problem(HttpStatus.INTERNAL_SERVER_ERROR, "internal-error", "The application failed; its log says more");
	}

	private static HttpStatus status(ChatModelException.Failure failure) {
		return switch (failure) {
			case BUSY -> HttpStatus.SERVICE_UNAVAILABLE;
			case TIMEOUT -> HttpStatus.GATEWAY_TIMEOUT;
			case CREDENTIALS, CONNECTION, ERROR -> HttpStatus.BAD_GATEWAY;
		};
	}

	static ProblemDetail problem(HttpStatus status, String type, String detail) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
		problem.setType(URI.create("urn:problem:" + type));
		return problem;
	}

	static ErrorResponseException refusal(HttpStatus status, String type, String detail) {
		return new ErrorResponseException(status, problem(status, type, detail), null);
	}

	/** What is wrong with a body that should be JSON: where, and what belongs there. */
	static String unreadable(@Nullable Throwable cause) {
		if (cause instanceof UnrecognizedPropertyException unknown) {
			return "There is a field that is not known beside " + unknown.getKnownPropertyIds()
				.stream()
				.map(String::valueOf)
				.sorted()
				.collect(Collectors.joining(", ")) + place(unknown) + "; check its spelling or leave it out";
		}
		if (cause instanceof MismatchedInputException mismatch && !mismatch.getPath().isEmpty()) {
			return "The field " + field(mismatch) + " must be " + kind(mismatch.getTargetType()) + place(mismatch);
		}
		return "The body must be a JSON object like {\"question\":\"…\"}"
				+ ((cause instanceof JacksonException json) ? place(json) : "");
	}

	private static String field(JacksonException json) {
		return json.getPath().stream().map((step) -> {
			String property = step.getPropertyName();
			return (property != null) ? "." + property : "[" + step.getIndex() + "]";
		}).collect(Collectors.joining()).replaceFirst("^[.]", "");
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

}
