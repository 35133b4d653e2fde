package io.github.hnswspring.example.web;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.hnswspring.ingest.LoggedFailure;
import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.example.answer.AnswerPart;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Answers under way, at most so many at a time. As server-sent events an answer is
 * {@code sources}, any number of {@code text}, and then {@code done} or {@code problem}.
 * <p>
 * Thread-safe: a permit is returned exactly once, however an answer ends.
 */
@Component
class AnswerStreams {

	private static final Log logger = LogFactory.getLog(AnswerStreams.class);

	/** How often it is found out whether a client still waits for its answer. */
	static final long PULSE_MILLIS = 500;

	/** The model's silence is limited, an answer's length is not. */
	private static final long NO_LIMIT = 0;

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

	SseEmitter open(Flux<AnswerPart> answer) {
		Permit permit = acquire();
		SseEmitter emitter = new SseEmitter(NO_LIMIT);
		Disposable.Composite work = Disposables.composite();
		// A client that goes away ends the answer, whether writing or the container
		// notices.
		Runnable end = () -> {
			work.dispose();
			permit.close();
		};
		emitter.onCompletion(end);
		emitter.onTimeout(end);
		emitter.onError((ex) -> end.run());
		// A client that has left is noticed by writing to it, so something is written
		// also while the model is silent.
		work.add(Schedulers.boundedElastic().schedulePeriodically(() -> {
			if (!send(emitter, SseEmitter.event().comment("still here"))) {
				end.run();
			}
		}, PULSE_MILLIS, PULSE_MILLIS, TimeUnit.MILLISECONDS));
		work.add(answer.doFinally((signal) -> permit.close()).subscribe((part) -> {
			if (!send(emitter, part)) {
				end.run();
			}
		}, (ex) -> fail(emitter, ex), emitter::complete));
		return emitter;
	}

	private static boolean send(SseEmitter emitter, AnswerPart part) {
		if (part instanceof AnswerPart.Sources sources) {
			return send(emitter, "sources", sources.passages());
		}
		if (part instanceof AnswerPart.Text text) {
			return send(emitter, "text", text);
		}
		return part instanceof AnswerPart.Done done && send(emitter, "done", done.answer());
	}

	private static void fail(SseEmitter emitter, Throwable thrown) {
		ProblemDetail problem = Problems.of(thrown);
		if (problem.getStatus() == HttpStatus.INTERNAL_SERVER_ERROR.value()) {
			LoggedFailure.log(logger, "Answering failed", thrown);
		}
		if (send(emitter, "problem", problem)) {
			emitter.complete();
		}
	}

	private static boolean send(SseEmitter emitter, String event, Object data) {
		return send(emitter, SseEmitter.event().name(event).data(data));
	}

	/** Returns whether the client is still there. */
	private static boolean send(SseEmitter emitter, SseEmitter.SseEventBuilder event) {
		try {
			emitter.send(event);
			return true;
		}
		catch (IOException | IllegalStateException ex) {
			logger.debug("The client left before its answer was complete", ex);
			return false;
		}
	}

}
