package io.github.hnswspring.example.web;

import io.github.hnswspring.ingest.LoggedFailure;
import io.github.hnswspring.example.answer.ChatModelException;
import io.github.hnswspring.ingest.IngestBusyException;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Every failure in a controller becomes a problem detail; Spring's own keep the status
 * Spring gives them.
 */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

	private static final Log log = LogFactory.getLog(ProblemAdvice.class);

	@ExceptionHandler({ IllegalArgumentException.class, UnreadableDocumentException.class, IngestBusyException.class,
			TooManyRequestsException.class, ChatModelException.class })
	@Nullable ResponseEntity<Object> ours(Exception ex, WebRequest request) {
		return respond(ex, request);
	}

	@ExceptionHandler(RuntimeException.class)
	@Nullable ResponseEntity<Object> unexpected(RuntimeException ex, WebRequest request) {
		LoggedFailure.log(log, "Request failed", ex);
		return respond(ex, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleMaxUploadSizeExceededException(MaxUploadSizeExceededException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		return respond(ex, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		return respond(new IllegalArgumentException(Problems.unreadable(ex.getCause())), request);
	}

	private @Nullable ResponseEntity<Object> respond(Exception ex, WebRequest request) {
		ProblemDetail problem = Problems.of(ex);
		HttpHeaders headers = new HttpHeaders();
		if (Problems.isTemporary(problem)) {
			headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(Problems.RETRY_SECONDS));
		}
		return handleExceptionInternal(ex, problem, headers, HttpStatusCode.valueOf(problem.getStatus()), request);
	}

}
