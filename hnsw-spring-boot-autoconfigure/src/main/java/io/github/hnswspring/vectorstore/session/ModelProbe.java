package io.github.hnswspring.vectorstore.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;

/**
 * Asks a model which one it is, for callers who wait for a limited time: in threads of
 * its own, since a model may never answer. Each caller asks for itself, because single
 * requests get lost, and goes on with the first answer there is. After one has waited in
 * vain, others are told so at once for as long; an answer that comes meanwhile counts.
 * Who can go on without it has it asked beside. Thread-safe.
 */
final class ModelProbe {

	// A model that never answers keeps so many threads and no more.
	private static final int AT_ONCE = 4;

	// After a failure, where nobody waits.
	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final EmbeddingClient client;

	private final String name;

	private final boolean otherwise;

	private final Duration patience;

	private final List<Attempt> running = new ArrayList<>();

	private CompletableFuture<ModelAnswer> answered = new CompletableFuture<>();

	private boolean silent;

	private long silentSince;

	private long lastBegin;

	private long lastFailure;

	private @Nullable Instant unansweredSince;

	private @Nullable String reason;

	/**
	 * Asks nothing yet.
	 * @param name what messages call the model
	 * @param otherwise what to suppose if neither names nor a stored text can tell
	 * whether the vectors that answer are its own
	 */
	ModelProbe(EmbeddingClient client, String name, boolean otherwise, Duration patience) {
		this.client = client;
		this.name = name;
		this.otherwise = otherwise;
		this.patience = patience;
	}

	/**
	 * Asks, under no lock.
	 * @throws StoreException if there is no answer in time
	 */
	ModelAnswer ask(StoreAccess store) {
		int current = store.use((session) -> session.identity().current().number());
		Instant now = now(store);
		CompletableFuture<ModelAnswer> first;
		Attempt attempt;
		synchronized (this) {
			if (this.answered.isDone()) {
				ModelAnswer late = this.answered.join();
				this.answered = new CompletableFuture<>();
				if (late.compared() == current) {
					return late;
				}
			}
			if (this.silent && System.nanoTime() - this.silentSince < this.patience.toNanos()) {
				throw new StoreException(silence(), null);
			}
			first = this.answered;
			attempt = (this.running.size() < AT_ONCE) ? begin(store, now) : this.running.get(AT_ONCE - 1);
		}
		return await(first, attempt);
	}

	/** Whether there is an answer that no caller has seen, so that none has to wait. */
	synchronized boolean hasAnswer() {
		return this.answered.isDone();
	}

	/** Asks without waiting, unless that is under way or has failed this moment. */
	void askBeside(StoreAccess store) {
		Instant now = now(store);
		synchronized (this) {
			if (isDue() && !hasAnswer()) {
				begin(store, now);
			}
		}
	}

	private boolean isDue() {
		long now = System.nanoTime();
		if (this.running.isEmpty()) {
			long pause = Math.min(this.patience.toNanos(), PAUSE.toNanos());
			return this.reason == null || now - this.lastFailure >= pause;
		}
		return this.running.size() < AT_ONCE && now - this.lastBegin >= this.patience.toNanos();
	}

	private static Instant now(StoreAccess store) {
		return store.use((session) -> session.options().clock()).instant();
	}

	/** That it has been asked in vain; {@code null} if it has not, or has answered. */
	synchronized @Nullable Unanswered unanswered() {
		Instant since = this.unansweredSince;
		if (since == null) {
			return null;
		}
		if (this.reason != null) {
			return new Unanswered(this.reason, since);
		}
		boolean late = System.nanoTime() - this.lastBegin >= this.patience.toNanos();
		return (this.silent || late) ? new Unanswered(silence(), since) : null;
	}

	private ModelAnswer await(CompletableFuture<ModelAnswer> first, Attempt attempt) {
		try {
			CompletableFuture.anyOf(first, attempt.done).get(this.patience.toMillis(), TimeUnit.MILLISECONDS);
			synchronized (this) {
				if (this.answered == first) {
					this.answered = new CompletableFuture<>();
				}
			}
			return first.isDone() ? first.join() : attempt.done.join();
		}
		catch (TimeoutException ex) {
			synchronized (this) {
				this.silent = true;
				this.silentSince = System.nanoTime();
			}
			throw new StoreException(silence(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CancellationException("Interrupted while the embedding model was asked which one it is");
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			if (ex.getCause() instanceof Error cause) {
				throw cause;
			}
			throw new IllegalStateException(ex.getCause());
		}
	}

	private String silence() {
		return this.name + " has not given the vector of one word within " + text(this.patience)
				+ ", by which the store learns the model's name and dimensions. Nothing was changed. Look at the "
				+ "model, and call again; later calls ask it anew";
	}

	private static String text(Duration duration) {
		return (duration.toSeconds() > 0) ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
	}

	private Attempt begin(StoreAccess store, Instant now) {
		Attempt attempt = new Attempt(store, this.answered);
		if (this.unansweredSince == null) {
			this.unansweredSince = now;
		}
		this.lastBegin = System.nanoTime();
		this.running.add(attempt);
		attempt.thread.start();
		return attempt;
	}

	/** Gives up what is under way; an answer that comes later counts for nothing. */
	synchronized void end() {
		for (Attempt attempt : this.running) {
			attempt.done.completeExceptionally(new StoreClosedException(
					"The vector store was stopped before " + this.name + " told its name; nothing was changed"));
			attempt.thread.interrupt();
		}
		this.running.clear();
		this.answered = new CompletableFuture<>();
		answered();
	}

	private void answered() {
		this.silent = false;
		this.unansweredSince = null;
		this.reason = null;
	}

	private synchronized void ended(Attempt attempt, @Nullable Throwable problem) {
		if (!this.running.remove(attempt)) {
			return;
		}
		if (problem == null) {
			answered();
			return;
		}
		this.reason = StoreException.reason(problem);
		this.lastFailure = System.nanoTime();
	}

	/**
	 * A model that has been asked in vain.
	 *
	 * @param reason the last failure, or that it is silent
	 * @param since when it was asked first
	 */
	record Unanswered(String reason, Instant since) {

	}

	/** One request, or two. */
	private final class Attempt {

		private final CompletableFuture<ModelAnswer> done = new CompletableFuture<>();

		private final Thread thread;

		Attempt(StoreAccess store, CompletableFuture<ModelAnswer> first) {
			this.thread = new Thread(() -> run(store, first), "hnsw-model-name");
			this.thread.setDaemon(true);
		}

		private void run(StoreAccess store, CompletableFuture<ModelAnswer> first) {
			try {
				ModelAnswer answer = ModelAnswer.of(store, ModelProbe.this.client, ModelProbe.this.otherwise);
				ended(this, null);
				first.complete(answer);
				this.done.complete(answer);
			}
			catch (Throwable ex) {
				// A caller waits for it, whatever it is.
				ended(this, ex);
				this.done.completeExceptionally(ex);
			}
		}

	}

}
