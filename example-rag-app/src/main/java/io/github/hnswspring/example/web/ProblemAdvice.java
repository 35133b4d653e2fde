package io.github.hnswspring.example.web;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Every failure in a controller becomes a problem detail; Spring's own keep the status
 * Spring gives them, with words from {@code messages.properties} where those say more.
 */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

	private static final String RETRY_SECONDS = "5";

	@ExceptionHandler(RuntimeException.class)
	@Nullable ResponseEntity<Object> failed(RuntimeException ex, WebRequest request) {
		ProblemDetail problem = Problems.of(ex, "Request failed");
		return handleExceptionInternal(ex, problem, new HttpHeaders(), HttpStatusCode.valueOf(problem.getStatus()),
				request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		return failed(new IllegalArgumentException(Problems.unreadable(ex.getCause())), request);
	}

	/** What is too much for now may be asked again. */
	@Override
	protected ResponseEntity<Object> createResponseEntity(@Nullable Object body, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		HttpHeaders all = new HttpHeaders(headers);
		if (status == HttpStatus.TOO_MANY_REQUESTS || status == HttpStatus.SERVICE_UNAVAILABLE) {
			all.set(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
		}
		return ResponseEntity.status(status).headers(all).body(body);
	}

}
