package io.github.hnswspring.replica;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import io.github.hnswspring.vectorstore.ReplicaRow;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A truth in memory, in which something can happen at any point of a call. Thread-safe.
 */
final class MemoryTruth implements TableTruth {

	private final Map<String, ReplicaRow> rows = new LinkedHashMap<>();

	private final Map<String, Long> changed = new LinkedHashMap<>();

	private long change;

	/** Between the moment that is read and its rows. */
	volatile Runnable whileFollowing = () -> {
	};

	/** Between a commit and the end of its call. */
	volatile Runnable afterCommit = () -> {
	};

	volatile @Nullable ResyncReason always;

	/** How often somebody has looked. */
	final AtomicInteger looks = new AtomicInteger();

	/** While it is lost. */
	volatile @Nullable RuntimeException failure;

	private int failures;

	/** As others do, or this instance. */
	synchronized long store(ReplicaRow row) {
		this.rows.put(row.id(), row);
		this.changed.put(row.id(), ++this.change);
		return this.change;
	}

	synchronized long remove(String id) {
		this.rows.remove(id);
		this.changed.put(id, ++this.change);
		return this.change;
	}

	@Override
	public Followed follow(@Nullable Position from, ChangeSink sink) {
		this.looks.incrementAndGet();
		RuntimeException lost = this.failure;
		if (lost != null) {
			failed();
			throw lost;
		}
		List<ReplicaRow> found = new ArrayList<>();
		List<String> removed = new ArrayList<>();
		Number position;
		ResyncReason reason = (from == null) ? ResyncReason.FIRST : this.always;
		synchronized (this) {
			position = new Number(this.change);
			this.changed.forEach((id, number) -> {
				if (reason != null || !from.includes(number)) {
					ReplicaRow row = this.rows.get(id);
					if (row != null) {
						found.add(row);
					}
					else {
						removed.add(id);
					}
				}
			});
		}
		sink.begin(position, reason);
		Runnable step = this.whileFollowing;
		this.whileFollowing = () -> {
		};
		step.run();
		if (!found.isEmpty() || !removed.isEmpty()) {
			sink.take(found, removed, Map.of());
		}
		return new Followed(position, found.size() + removed.size(), 0);
	}

	private synchronized void failed() {
		this.failures++;
		notifyAll();
	}

	/** Waits until it was looked for in vain so often. */
	synchronized void awaitFailures(int count) throws InterruptedException {
		long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		while (this.failures < count) {
			assertThat(System.nanoTime()).as("looked for " + this.failures + " times").isLessThan(deadline);
			wait(100);
		}
	}

	private Written committed(long number, List<ReplicaRow> stored, List<String> removed) {
		Runnable step = this.afterCommit;
		this.afterCommit = () -> {
		};
		step.run();
		return new Written(number, stored, removed);
	}

	@Override
	public Written put(List<ReplicaRow> stored) {
		long number = 0;
		for (ReplicaRow row : stored) {
			number = store(row);
		}
		return committed(number, stored, List.of());
	}

	@Override
	public Written delete(List<String> ids) {
		long number = 0;
		for (String id : ids) {
			number = remove(id);
		}
		return committed(number, List.of(), ids);
	}

	@Override
	public Written replace(List<String> candidates, UnaryOperator<List<String>> still, List<ReplicaRow> stored) {
		List<String> removed = still.apply(candidates);
		delete(removed);
		return new Written(put(stored).change(), stored, removed);
	}

	@Override
	public String name() {
		return "a truth in memory";
	}

	@Override
	public String key() {
		return "memory";
	}

	@Override
	public void prepare() {
	}

	@Override
	public int dimensions() {
		return 0;
	}

	@Override
	public Position position(String encoded) {
		return new Number(Long.parseLong(encoded));
	}

	@Override
	public Document accept(Document document) {
		return document;
	}

	@Override
	public String id(String id) {
		return id;
	}

	@Override
	public void trim() {
	}

	/** All changes up to a number. */
	private record Number(long change) implements Position {

		@Override
		public String encode() {
			return String.valueOf(this.change);
		}

		@Override
		public boolean includes(long other) {
			return other <= this.change;
		}

		@Override
		public long number() {
			return this.change;
		}

		@Override
		public String identity() {
			return "memory";
		}

		@Override
		public String extent() {
			return encode();
		}

		@Override
		public boolean covers(String extent) {
			return includes(Long.parseLong(extent));
		}

	}

}
