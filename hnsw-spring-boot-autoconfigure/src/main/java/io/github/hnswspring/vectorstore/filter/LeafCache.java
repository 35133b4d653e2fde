package io.github.hnswspring.vectorstore.filter;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * The answers of leaves at the latest change sequence seen, the least recently used
 * dropped first. Thread-safe: guarded by a lock that is never held while SQLite works.
 */
final class LeafCache {

	/** What an entry costs beside its bitmap: the leaf, the map's node. */
	private static final int ENTRY_BYTES = 256;

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<FilterNode, KeySet> answers = new LinkedHashMap<>(16, 0.75f, true);

	private final long maxBytes;

	private long bytes;

	private long sequence = Long.MIN_VALUE;

	private ComplementKeySet.@Nullable LiveBounds bounds;

	LeafCache(long maxBytes) {
		this.maxBytes = maxBytes;
	}

	@Nullable KeySet get(FilterNode leaf, long sequence) {
		this.lock.lock();
		try {
			return isCurrent(sequence) ? this.answers.get(leaf) : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	void put(FilterNode leaf, long sequence, KeySet answer) {
		long size = size(leaf, answer);
		this.lock.lock();
		try {
			if (!isCurrent(sequence) || size > this.maxBytes / 2 || this.answers.put(leaf, answer) != null) {
				return;
			}
			this.bytes += size;
			Iterator<Map.Entry<FilterNode, KeySet>> eldest = this.answers.entrySet().iterator();
			while (this.bytes > this.maxBytes) {
				Map.Entry<FilterNode, KeySet> entry = eldest.next();
				this.bytes -= size(entry.getKey(), entry.getValue());
				eldest.remove();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	ComplementKeySet.@Nullable LiveBounds bounds(long sequence) {
		this.lock.lock();
		try {
			return isCurrent(sequence) ? this.bounds : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	void putBounds(long sequence, ComplementKeySet.LiveBounds bounds) {
		this.lock.lock();
		try {
			if (isCurrent(sequence)) {
				this.bounds = bounds;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	int size() {
		this.lock.lock();
		try {
			return this.answers.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	void clear() {
		this.lock.lock();
		try {
			reset(Long.MIN_VALUE);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether answers at this sequence are the ones kept; a newer sequence drops them
	 * all. A reader that still sees an older state asks SQLite.
	 */
	private boolean isCurrent(long sequence) {
		if (sequence > this.sequence) {
			reset(sequence);
		}
		return sequence == this.sequence;
	}

	private void reset(long sequence) {
		this.sequence = sequence;
		this.answers.clear();
		this.bounds = null;
		this.bytes = 0;
	}

	private static long size(FilterNode leaf, KeySet answer) {
		long values = (leaf instanceof FilterNode.AnyOf anyOf) ? anyOf.values().size() : 1;
		long text = (leaf instanceof FilterNode.AnyOf anyOf) ? anyOf.values().stream().mapToLong(LeafCache::size).sum()
				: (leaf instanceof FilterNode.Ordering ordering)
						? ordering.readings().stream().mapToLong(LeafCache::size).sum() : 0;
		return ENTRY_BYTES + 64 * values + text + answer.sizeInBytes();
	}

	private static long size(Scalar scalar) {
		return (scalar.value() instanceof String text) ? 2L * text.length() : 0;
	}

}
