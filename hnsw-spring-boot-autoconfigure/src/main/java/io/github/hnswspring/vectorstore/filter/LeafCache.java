package io.github.hnswspring.vectorstore.filter;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * The latest answer of each leaf, and at which change sequence it was true; the least
 * recently used dropped first. Thread-safe: guarded by a lock that is never held while
 * SQLite works.
 */
final class LeafCache {

	/** What an entry costs beside its bitmap: the leaf, the map's node. */
	private static final int ENTRY_BYTES = 256;

	private final ReentrantLock lock = new ReentrantLock();

	private final Map<FilterNode, Answer> answers = new LinkedHashMap<>(16, 0.75f, true);

	private final long maxBytes;

	private long bytes;

	private @Nullable KnownBounds bounds;

	LeafCache(long maxBytes) {
		this.maxBytes = maxBytes;
	}

	@Nullable Answer get(FilterNode leaf) {
		this.lock.lock();
		try {
			return this.answers.get(leaf);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Keeps an answer, unless a newer one is known. */
	void put(FilterNode leaf, Answer answer) {
		long size = size(leaf, answer.keys());
		this.lock.lock();
		try {
			Answer known = this.answers.get(leaf);
			if (known != null && known.sequence() >= answer.sequence()) {
				return;
			}
			if (known != null) {
				this.answers.remove(leaf);
				this.bytes -= size(leaf, known.keys());
			}
			if (size > this.maxBytes / 2) {
				return;
			}
			this.answers.put(leaf, answer);
			this.bytes += size;
			Iterator<Map.Entry<FilterNode, Answer>> eldest = this.answers.entrySet().iterator();
			while (this.bytes > this.maxBytes) {
				Map.Entry<FilterNode, Answer> entry = eldest.next();
				this.bytes -= size(entry.getKey(), entry.getValue().keys());
				eldest.remove();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Nullable KnownBounds bounds() {
		this.lock.lock();
		try {
			return this.bounds;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Keeps bounds, unless newer ones are known. */
	void putBounds(KnownBounds bounds) {
		this.lock.lock();
		try {
			KnownBounds known = this.bounds;
			if (known == null || known.sequence() < bounds.sequence()) {
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

	private static long size(FilterNode leaf, KeySet answer) {
		long values = (leaf instanceof FilterNode.AnyOf anyOf) ? anyOf.values().size() : 1;
		long text = (leaf instanceof FilterNode.AnyOf anyOf) ? anyOf.values().stream().mapToLong(LeafCache::size).sum()
				: (leaf instanceof FilterNode.Ordering ordering)
						? ordering.readings().stream().mapToLong(LeafCache::size).sum()
						: (leaf instanceof FilterNode.Is is) ? size(is.value()) : 0;
		return ENTRY_BYTES + 64 * values + text + answer.sizeInBytes();
	}

	private static long size(Scalar scalar) {
		return (scalar.value() instanceof String text) ? 2L * text.length() : 0;
	}

	/**
	 * What a leaf matched.
	 *
	 * @param sequence the change sequence of that state
	 * @param keys of the documents
	 */
	record Answer(long sequence, KeySet keys) {
	}

	/**
	 * Which documents were live.
	 *
	 * @param sequence the change sequence of that state
	 * @param bounds how many there were, and the greatest key
	 */
	record KnownBounds(long sequence, ComplementKeySet.LiveBounds bounds) {
	}

}
