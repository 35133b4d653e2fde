package io.github.hnswspring.example.web;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.github.hnswspring.ingest.IngestEvent;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells browsers what ingestion does. Every client has a bounded queue and a thread that
 * empties it, so a client that does not read delays no other; when its queue is full it
 * is disconnected, comes back, and begins with everything as it is then.
 * <p>
 * Thread-safe: publishing never blocks.
 */
@Component
class EventStreams implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(EventStreams.class);

	private static final int MAX_CLIENTS = 32;

	private static final int QUEUE = 512;

	private static final long HEARTBEAT_SECONDS = 15;

	private final Set<Client> clients = ConcurrentHashMap.newKeySet();

	private volatile boolean running;

	private record Message(String event, Object data) {
	}

	/**
	 * Opens a stream.
	 * @param everything asked once changes are collected, so that none is lost between
	 * @return the stream
	 */
	SseEmitter open(Supplier<?> everything) {
		if (this.clients.size() >= MAX_CLIENTS) {
			throw new TooManyRequestsException(MAX_CLIENTS + " clients are listening to events; close some");
		}
		Client client = new Client(everything);
		this.clients.add(client);
		client.start();
		return client.emitter;
	}

	@EventListener
	void on(IngestEvent event) {
		Message message = message(event);
		for (Client client : this.clients) {
			if (!client.queue.offer(message)) {
				client.closed = true;
			}
		}
	}

	private static Message message(IngestEvent event) {
		if (event instanceof IngestEvent.Changed changed) {
			return new Message("document", changed.document());
		}
		if (event instanceof IngestEvent.Scan scan) {
			return new Message("scan", scan.progress());
		}
		return new Message("removed", event);
	}

	@Override
	public void start() {
		this.running = true;
	}

	/** Open streams would hold up the web server's graceful shutdown. */
	@Override
	public void stop() {
		this.running = false;
		this.clients.forEach((client) -> {
			client.closed = true;
			client.queue.clear();
			client.queue.offer(new Message("bye", ""));
		});
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** One listening browser; its queue is emptied by its own thread. */
	private final class Client implements Runnable {

		private final BlockingQueue<Message> queue = new ArrayBlockingQueue<>(QUEUE);

		private final SseEmitter emitter = new SseEmitter(0L);

		private final Supplier<?> everything;

		private volatile boolean closed;

		Client(Supplier<?> everything) {
			this.everything = everything;
		}

		void start() {
			this.emitter.onCompletion(() -> this.closed = true);
			this.emitter.onError((ex) -> this.closed = true);
			Thread thread = new Thread(this, "event-stream");
			thread.setDaemon(true);
			thread.start();
		}

		@Override
		public void run() {
			try {
				this.emitter.send(SseEmitter.event().name("documents").data(this.everything.get()));
				while (!this.closed) {
					Message message = this.queue.poll(HEARTBEAT_SECONDS, TimeUnit.SECONDS);
					this.emitter.send((message != null) ? SseEmitter.event().name(message.event()).data(message.data())
							: SseEmitter.event().comment("still here"));
				}
				this.emitter.complete();
			}
			catch (IOException | IllegalStateException ex) {
				// The container has noticed it, too, and ends the request.
				logger.debug("An event client is gone: " + ex);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			finally {
				EventStreams.this.clients.remove(this);
			}
		}

	}

}
