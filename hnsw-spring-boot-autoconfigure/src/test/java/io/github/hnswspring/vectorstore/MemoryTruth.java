package io.github.hnswspring.vectorstore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Documents that stores of one process share, with the log of their changes.
 */
final class MemoryTruth {

	final Map<Long, StoredRow> rows = new TreeMap<>();

	final List<StoredChange> changes = new ArrayList<>();

	final Set<String> claimed = new HashSet<>();

	private final ReentrantLock lock = new ReentrantLock(true);

	/** Called when somebody has the truth for themselves and has followed nothing yet. */
	Runnable during = () -> {
	};

	/** Called before each commit. */
	Runnable before = () -> {
	};

	/** Called after each commit. */
	Runnable after = () -> {
	};

	/** The end by which one store reaches it. */
	final class End implements SharedTruth {

		@Nullable SharedReplica replica;

		boolean broken;

		private boolean committed;

		void follow() {
			SharedReplica store = Objects.requireNonNull(this.replica);
			String position = store.position();
			for (int i = (position != null) ? Integer.parseInt(position) : 0; i < MemoryTruth.this.changes
				.size(); i++) {
				store.apply(MemoryTruth.this.changes.get(i), Integer.toString(i + 1));
			}
		}

		@Override
		public void await(String position, Duration timeout) {
			throw new PositionNotReachedException("Nobody follows this truth");
		}

		@Override
		public void exclusively(Runnable change) {
			MemoryTruth.this.lock.lock();
			try {
				MemoryTruth.this.during.run();
				follow();
				this.committed = false;
				change.run();
			}
			catch (RuntimeException ex) {
				if (!this.committed) {
					throw ex;
				}
				this.broken = true;
			}
			finally {
				MemoryTruth.this.lock.unlock();
			}
		}

		@Override
		public String commit(StoredChange change) {
			MemoryTruth.this.before.run();
			change.removed().forEach(MemoryTruth.this.rows::remove);
			change.rows().forEach((row) -> MemoryTruth.this.rows.put(row.key(), row));
			MemoryTruth.this.changes.add(change);
			this.committed = true;
			MemoryTruth.this.after.run();
			return Integer.toString(MemoryTruth.this.changes.size());
		}

		@Override
		public Claim claim(Collection<byte[]> contents) {
			MemoryTruth.this.lock.lock();
			try {
				Set<String> ours = new HashSet<>();
				for (byte[] content : contents) {
					String name = HexFormat.of().formatHex(content);
					if (MemoryTruth.this.claimed.add(name)) {
						ours.add(name);
					}
				}
				follow();
				return new MemoryClaim(ours);
			}
			finally {
				MemoryTruth.this.lock.unlock();
			}
		}

		private final class MemoryClaim implements Claim {

			private final Set<String> ours;

			MemoryClaim(Set<String> ours) {
				this.ours = ours;
			}

			@Override
			public boolean isOurs(byte[] content) {
				return this.ours.contains(HexFormat.of().formatHex(content));
			}

			@Override
			public void close() {
				MemoryTruth.this.lock.lock();
				MemoryTruth.this.claimed.removeAll(this.ours);
				MemoryTruth.this.lock.unlock();
			}

			@Override
			public void awaitOthers() {
				MemoryTruth.this.lock.lock();
				try {
					follow();
				}
				finally {
					MemoryTruth.this.lock.unlock();
				}
				Thread.yield();
			}

		}

	}

}
