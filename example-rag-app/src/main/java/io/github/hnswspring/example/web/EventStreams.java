package io.github.hnswspring.example.web;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.example.answer.Answerer.AnswerPart;
import io.github.hnswspring.ingest.IngestEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.stereotype.Component;

/**
 * Server-sent events. An answer under way, of which there are at most so many at a time,
 * is {@code rewritten} where a question was completed, {@code sources}, any number of
 * {@code text}, and then {@code done} or {@code problem}. What ingestion does goes to
 * every client that listens; each has a bounded queue, so one that does not read delays
 * no other; when its queue is full it is disconnected, comes back, and begins with
 * everything as it is then.
 * <p>
 * Thread-safe: a permit to answer is returned exactly once, however an answer ends, and
 * publishing never waits for a client.
 */
@Component
class EventStreams {

	/** How often it is found out whether a client still waits for its answer. */
	static final Duration PULSE = Duration.ofMillis(500);

	private final Semaphore permits;

	private final int limit;

	private static final int MAX_CLIENTS = 32;

	private static final int QUEUE = 512;

	private static final Duration HEARTBEAT = Duration.ofSeconds(15);

	private final Set<Sinks.Many<ServerSentEvent<Object>>> clients = ConcurrentHashMap.newKeySet();

	EventStreams(RagProperties properties) {
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
	Flux<ServerSentEvent<Object>> answer(Flux<AnswerPart> answer) {
		acquire();
		Flux<ServerSentEvent<Object>> events = answer.map(EventStreams::event)
			.onErrorResume((thrown) -> Flux.just(event("problem", Problems.of(thrown, "Answering failed"))));
		// Given back before the end is told: who has read it all may ask the next at
		// once.
		return Flux.using(() -> this.permits, (permits) -> withPulse(events, PULSE), (permits) -> release());
	}

	/** With comments in between, which clients skip. */
	private static Flux<ServerSentEvent<Object>> withPulse(Flux<ServerSentEvent<Object>> stream, Duration every) {
		Flux<ServerSentEvent<Object>> pulse = Flux.interval(every)
			.onBackpressureDrop()
			.map((tick) -> ServerSentEvent.builder().comment("still here").build());
		return stream.publish((events) -> events.mergeWith(pulse.takeUntilOther(events.ignoreElements())));
	}

	private static ServerSentEvent<Object> event(String name, Object data) {
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

	/**
	 * Opens a stream of what ingestion does.
	 * @param everything asked once changes are collected, so that none is lost between
	 * @return the stream
	 */
	Flux<ServerSentEvent<Object>> open(Supplier<?> everything) {
		if (this.clients.size() >= MAX_CLIENTS) {
			throw Problems.refusal(HttpStatus.TOO_MANY_REQUESTS, "busy",
					MAX_CLIENTS + " clients are listening to events; close some");
		}
		return Flux.defer(() -> connect(everything));
	}

	private Flux<ServerSentEvent<Object>> connect(Supplier<?> everything) {
		Sinks.Many<ServerSentEvent<Object>> changes = Sinks.many()
			.unicast()
			.onBackpressureBuffer(new ArrayBlockingQueue<>(QUEUE));
		this.clients.add(changes);
		Flux<ServerSentEvent<Object>> events = Mono.fromSupplier(() -> event("documents", everything.get()))
			.concatWith(changes.asFlux());
		return withPulse(events, HEARTBEAT).doFinally((signal) -> this.clients.remove(changes));
	}

	@EventListener
	void on(IngestEvent event) {
		if (event instanceof IngestEvent.RoundEnded) {
			// The last event of the round before it has told all that is shown.
			return;
		}
		ServerSentEvent<Object> message = message(event);
		each((client) -> {
			if (client.tryEmitNext(message).isFailure()) {
				client.tryEmitComplete();
			}
		});
	}

	/** Open streams would hold up the web server's graceful shutdown. */
	@EventListener(ContextClosedEvent.class)
	void close() {
		each(Sinks.Many::tryEmitComplete);
	}

	/** One at a time, as a sink demands; there are two ingesting threads. */
	private void each(Consumer<Sinks.Many<ServerSentEvent<Object>>> action) {
		this.clients.forEach((client) -> {
			synchronized (client) {
				action.accept(client);
			}
		});
	}

	private static ServerSentEvent<Object> message(IngestEvent event) {
		if (event instanceof IngestEvent.Changed changed) {
			return event("document", changed.document());
		}
		if (event instanceof IngestEvent.Scan scan) {
			return event("scan", scan.progress());
		}
		return event("removed", event);
	}

}
