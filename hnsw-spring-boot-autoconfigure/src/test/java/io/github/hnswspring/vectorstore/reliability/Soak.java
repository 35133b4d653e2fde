package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.StoreClosedException;

import org.springframework.ai.document.Document;

/**
 * A store that is used in every way at once and never gets larger: writers, searchers,
 * and one who restarts it, compacts it and gives it other parameters, so that its index
 * is built anew. Thread-safe; at a sample all threads pause.
 */
final class Soak implements AutoCloseable {

	static final int WRITERS = 3;

	private static final int SEARCHERS = 2;

	private final Path directory;

	private final long seed;

	private final UnaryOperator<HnswVectorStore.Builder> plant;

	private final TestEmbeddingModel model = new TestEmbeddingModel(96, "words");

	// Fair, so that a sample is not put off for ever.
	private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock(true);

	private final AtomicLong operations = new AtomicLong();

	private final AtomicLong restarts = new AtomicLong();

	private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

	private final List<SoakWriter> writers = new ArrayList<>();

	private final List<Thread> threads = new ArrayList<>();

	private final SoakSeries series = new SoakSeries();

	private volatile HnswVectorStore store;

	private volatile boolean ending;

	Soak(Path directory, long seed, UnaryOperator<HnswVectorStore.Builder> plant) {
		this.directory = directory;
		this.seed = seed;
		this.plant = plant;
		this.store = open(8);
		for (int i = 0; i < WRITERS; i++) {
			SoakWriter writer = new SoakWriter("w" + i, new Random(seed + i));
			writer.fill(this.store);
			this.writers.add(writer);
		}
	}

	private HnswVectorStore open(int m) {
		HnswVectorStore opened = this.plant
			.apply(HnswVectorStore.builder(this.model)
				.directory(this.directory)
				.batchingStrategy(List::of)
				.m(m)
				.efConstruction(60)
				.snapshotChanges(300)
				.snapshotInterval(Duration.ofSeconds(2)))
			.build();
		opened.start();
		return opened;
	}

	/** Runs for a time; fails where the store does. */
	SoakSeries run(Duration duration) throws InterruptedException {
		for (SoakWriter writer : this.writers) {
			start(() -> writer.change(this.store), () -> 0);
		}
		for (int i = 0; i < SEARCHERS; i++) {
			SoakReader reader = new SoakReader(new Random(this.seed + 100 + i));
			start(() -> reader.read(this.store), () -> 0);
		}
		Random random = new Random(this.seed + 200);
		start(() -> maintain(random), () -> 300 + random.nextInt(1_500));
		long begin = System.nanoTime();
		long pause = Math.max(500, duration.toMillis() / 120);
		while (System.nanoTime() - begin < duration.toNanos() && this.failures.isEmpty()) {
			Thread.sleep(pause);
			this.gate.writeLock().lock();
			try {
				// Two indexes at once are more than one; and what the model counts is not
				// the store's.
				awaitReady();
				this.model.reset();
				this.series.sample((System.nanoTime() - begin) / 1_000_000_000, this.operations.get(),
						this.store.count(), this.directory);
			}
			finally {
				this.gate.writeLock().unlock();
			}
		}
		this.ending = true;
		for (Thread thread : this.threads) {
			thread.join();
		}
		if (this.failures.isEmpty()) {
			// The end may have come while the store was stopped.
			this.writers.forEach((writer) -> writer.finish(this.store));
		}
		return this.series;
	}

	private void start(Runnable operation, IntSupplier pauseMillis) {
		Thread thread = new Thread(() -> {
			while (!this.ending) {
				this.gate.readLock().lock();
				try {
					operation.run();
					this.operations.incrementAndGet();
				}
				catch (StoreClosedException ex) {
					// Between stop and start; the next attempt does the same again.
				}
				catch (RuntimeException | Error ex) {
					this.failures.add(ex);
					this.ending = true;
				}
				finally {
					this.gate.readLock().unlock();
				}
				pause(pauseMillis.getAsInt());
			}
		}, "soak-" + this.threads.size());
		this.threads.add(thread);
		thread.start();
	}

	private void maintain(Random random) {
		HnswVectorStore current = this.store;
		switch (random.nextInt(8)) {
			case 0 -> current.compact();
			case 1 -> {
				current.close();
				this.store = open(8 + 4 * random.nextInt(2));
			}
			default -> {
				current.stop();
				current.start();
			}
		}
		this.restarts.incrementAndGet();
	}

	private static void pause(int millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Waits until the index is whole. */
	void awaitReady() {
		while (this.store.status().indexState() == IndexState.REBUILDING) {
			pause(20);
		}
	}

	List<Throwable> failures() {
		return List.copyOf(this.failures);
	}

	long operations() {
		return this.operations.get();
	}

	long restarts() {
		return this.restarts.get();
	}

	HnswVectorStore store() {
		return this.store;
	}

	TestEmbeddingModel model() {
		return this.model;
	}

	/** What the store must hold: texts by id. */
	Map<String, String> expected() {
		Map<String, String> expected = new TreeMap<>();
		for (SoakWriter writer : this.writers) {
			writer.documents().forEach((document) -> expected.put(document.getId(), text(document)));
		}
		return expected;
	}

	static String text(Document document) {
		return document.getText() + " of " + document.getMetadata().get("group");
	}

	@Override
	public void close() {
		this.store.close();
	}

}
