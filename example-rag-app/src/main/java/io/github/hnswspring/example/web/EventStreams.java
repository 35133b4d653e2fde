package io.github.hnswspring.example.web;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

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
 * Tells browsers what ingestion does. Every client has a bounded queue, so one that does
 * not read delays no other; when its queue is full it is disconnected, comes back, and
 * begins with everything as it is then.
 * <p>
 * Thread-safe: publishing never waits for a client.
 */
@Component
class EventStreams {

	private static final int MAX_CLIENTS = 32;

	private static final int QUEUE = 512;

	private static final Duration HEARTBEAT = Duration.ofSeconds(15);

	private final Set<Sinks.Many<ServerSentEvent<Object>>> clients = ConcurrentHashMap.newKeySet();

	/**
	 * Opens a stream.
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
		Flux<ServerSentEvent<Object>> events = Mono
			.fromSupplier(() -> AnswerStreams.event("documents", everything.get()))
			.concatWith(changes.asFlux());
		return AnswerStreams.withPulse(events, HEARTBEAT).doFinally((signal) -> this.clients.remove(changes));
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
			return AnswerStreams.event("document", changed.document());
		}
		if (event instanceof IngestEvent.Scan scan) {
			return AnswerStreams.event("scan", scan.progress());
		}
		return AnswerStreams.event("removed", event);
	}

}
