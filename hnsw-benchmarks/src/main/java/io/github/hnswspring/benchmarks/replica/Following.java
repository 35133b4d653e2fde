package io.github.hnswspring.benchmarks.replica;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.hnswspring.replica.ReplicatedVectorStore;

/**
 * How a second instance follows a first one: how fast when it is far behind, how late
 * when it is not, and what its own adds take while the first one imports. Confined to one
 * thread, which starts another.
 */
final class Following {

	/** What both have before the second one is away. */
	private static final int COMMON = 1_000;

	/** Turns that single adds go on for. */
	private static final int TURNS = 40;

	private static final int ENOUGH = 100;

	private final ReplicaContext context;

	private final ReplicatedVectorStore first;

	private final ReplicatedVectorStore second;

	private final DocumentFeed feed;

	Following(ReplicaContext context, ReplicatedVectorStore first, ReplicatedVectorStore second) {
		this.context = context;
		this.first = first;
		this.second = second;
		this.feed = new DocumentFeed(context.dataset().base());
	}

	/** How fast, and how late; leaves both with all documents, and a few more. */
	void follow() {
		followFarBehind();
		lag();
	}

	/** Adds on both; leaves them with as many documents as that takes. */
	void addBesideAnImport() {
		Latencies alone = new Latencies();
		single(alone);
		alone.report(this.context, "own tables, a single add, the other instance idle");
		whileTheOtherImports();
	}

	private void followFarBehind() {
		int rows = this.context.rows();
		this.feed.addUntil(this.first, Math.min(COMMON, rows / 2));
		Waiting.until("the second instance", () -> this.second.count() == this.first.count());
		this.second.stop();
		long behind = rows - this.first.count();
		this.context.progress().accept("adding " + behind + " documents while the second instance is away");
		this.feed.addUntil(this.first, rows);
		this.context.progress().accept("the second instance follows");
		long start = System.nanoTime();
		this.second.start();
		Waiting.until("the second instance", () -> this.second.count() == rows);
		double seconds = (System.nanoTime() - start) / 1e9;
		this.context.figure("own tables, following " + behind + " documents behind", behind / seconds, "documents/s");
		Waiting.untilIndexed(this.second);
	}

	private void lag() {
		this.context.progress().accept("single adds, awaited on the second instance");
		Latencies lag = new Latencies();
		Random random = new Random(1);
		for (int i = 0; i < 2 * this.context.probes(); i++) {
			String id = this.feed.add(this.first, 1);
			lag.time(() -> Waiting.until(id, () -> this.second.exists(id)));
			// So that no add is always at the same moment of a poll interval.
			Waiting.pause(random.nextInt(100));
		}
		lag.report(this.context, "own tables, lag of a second instance");
	}

	/** As long as many turns, and longer until there are enough for a percentile. */
	private void single(Latencies latencies) {
		long turns = TURNS * this.context.millis() * 1_000_000;
		long start = System.nanoTime();
		long passed = 0;
		while (passed < turns || (latencies.count() < ENOUGH && passed < 4 * turns)) {
			latencies.time(() -> this.feed.add(this.second, 1));
			passed = System.nanoTime() - start;
		}
	}

	private void whileTheOtherImports() {
		this.context.progress().accept("single adds while the other instance imports");
		AtomicBoolean done = new AtomicBoolean();
		ExecutorService importer = Executors.newSingleThreadExecutor();
		try {
			CompletableFuture<Integer> imported = CompletableFuture.supplyAsync(() -> {
				int documents = 0;
				for (; !done.get(); documents += WriteCosts.BATCH) {
					this.feed.add(this.first, WriteCosts.BATCH);
				}
				return documents;
			}, importer);
			Latencies beside = new Latencies();
			long start = System.nanoTime();
			single(beside);
			done.set(true);
			int documents = imported.join();
			double seconds = (System.nanoTime() - start) / 1e9;
			beside.report(this.context, "own tables, a single add while the other instance imports");
			this.context.figure("own tables, that import", documents / seconds, "documents/s");
		}
		finally {
			done.set(true);
			importer.shutdown();
		}
	}

}
