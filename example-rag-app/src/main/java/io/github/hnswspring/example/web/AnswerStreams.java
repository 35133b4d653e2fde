package io.github.hnswspring.example.web;

import java.time.Duration;
import java.util.concurrent.Semaphore;

import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.example.answer.AnswerPart;
import reactor.core.publisher.Flux;

import org.springframework.http.HttpStatus;
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

	/** How often it is found out whether a client still waits for its answer. */
	static final Duration PULSE = Duration.ofMillis(500);

	private final Semaphore permits;

	private final int limit;

	AnswerStreams(RagProperties properties) {
		this.limit = properties.concurrentAnswers();
		this.permits = new Semaphore(this.limit);
	}

	/** Takes the right to answer one question, which is given back once. */
	void acquire() {
		if (!this.permits.tryAcquire()) {
			throw Problems.refusal(HttpStatus.TOO_MANY_REQUESTS, "busy",
					this.limit + " questions are being answered; ask again in a moment (rag.concurrent-answers)");
		}
	}

	void release() {
		this.permits.release();
	}

	/**
	 * An answer as it is sent. A client that has left is noticed by writing to it, which
	 * ends the answer; so something is written also while the model is silent.
	 */
	Flux<ServerSentEvent<Object>> open(Flux<AnswerPart> answer) {
		acquire();
		Flux<ServerSentEvent<Object>> events = answer.map(AnswerStreams::event)
			.onErrorResume((thrown) -> Flux.just(event("problem", Problems.of(thrown, "Answering failed"))));
		return withPulse(events, PULSE).doFinally((signal) -> release());
	}

	/** With comments in between, which clients skip. */
	static Flux<ServerSentEvent<Object>> withPulse(Flux<ServerSentEvent<Object>> stream, Duration every) {
		Flux<ServerSentEvent<Object>> pulse = Flux.interval(every)
			.onBackpressureDrop()
			.map((tick) -> ServerSentEvent.builder().comment("still here").build());
		return stream.publish((events) -> events.mergeWith(pulse.takeUntilOther(events.ignoreElements())));
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

}
