package io.github.hnswspring.example.web;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.hnswspring.ingest.LoggedFailure;
import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.example.answer.AnswerPart;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Flux;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.stereotype.Component;

/**
 * Answers under way, at most so many at a time. As server-sent events an answer is
 * {@code rewritten} where a question was completed, {@code sources}, any number of
 * {@code text}, and then {@code done} or {@code problem}.
 * <p>
 * Thread-safe: a permit is returned exactly once, however an answer ends.
 */
@Component
class AnswerStreams {

	private static final Log logger = LogFactory.getLog(AnswerStreams.class);

	/** How often it is found out whether a client still waits for its answer. */
	static final Duration PULSE = Duration.ofMillis(500);

	private final Semaphore permits;

	private final int limit;

	AnswerStreams(RagProperties properties) {
		this.limit = properties.concurrentAnswers();
		this.permits = new Semaphore(this.limit);
	}

	/** The right to answer one question. */
	final class Permit {

		private final AtomicBoolean held = new AtomicBoolean(true);

		void close() {
			if (this.held.compareAndSet(true, false)) {
				AnswerStreams.this.permits.release();
			}
		}

	}

	Permit acquire() {
		if (!this.permits.tryAcquire()) {
			throw new TooManyRequestsException(
					this.limit + " questions are being answered; ask again in a moment (rag.concurrent-answers)");
		}
		return new Permit();
	}

	/**
	 * An answer as it is sent. A client that has left is noticed by writing to it, which
	 * ends the answer; so something is written also while the model is silent.
	 */
	Flux<ServerSentEvent<Object>> open(Flux<AnswerPart> answer) {
		Permit permit = acquire();
		return answer.map(AnswerStreams::event)
			.onErrorResume((thrown) -> Flux.just(problem(thrown)))
			.publish((events) -> events.mergeWith(stillHere(PULSE).takeUntilOther(events.ignoreElements())))
			.doFinally((signal) -> permit.close());
	}

	/** Comments, which clients skip. */
	static Flux<ServerSentEvent<Object>> stillHere(Duration every) {
		return Flux.interval(every)
			.onBackpressureDrop()
			.map((tick) -> ServerSentEvent.builder().comment("still here").build());
	}

	static ServerSentEvent<Object> event(String name, Object data) {
		return ServerSentEvent.builder().event(name).data(data).build();
	}

	private static ServerSentEvent<Object> event(AnswerPart part) {
		if (part instanceof AnswerPart.Sources sources) {
			return event("sources", sources.passages());
		}
		if (part instanceof AnswerPart.Done done) {
			return event("done", done.answer());
		}
		return event((part instanceof AnswerPart.Text) ? "text" : "rewritten", part);
	}

	private static ServerSentEvent<Object> problem(Throwable thrown) {
		ProblemDetail problem = Problems.of(thrown);
		if (problem.getStatus() == HttpStatus.INTERNAL_SERVER_ERROR.value()) {
			LoggedFailure.log(logger, "Answering failed", thrown);
		}
		return event("problem", problem);
	}

}
