package io.github.hnswspring.index.graph;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Lends scratch space, and knows when the oldest operation that still runs began: the
 * epochs of {@link FreeSlots}. There are as many scratches as operations at once; only a
 * few are kept. Bound to operations, not threads, so virtual threads cost nothing.
 * Thread-safe.
 */
final class ScratchPool {

	/**
	 * Scratches kept while no operation uses them: twice the number of processors. A
	 * judgment.
	 */
	private static final int RETAINED = Math.max(8, 2 * Runtime.getRuntime().availableProcessors());

	/**
	 * Bytes above which a scratch is not kept: a search that asked for unusually much
	 * would cost its memory for ever, once per core. Two megabytes are a judgment.
	 */
	static final long MAX_RETAINED_BYTES = 1L << 21;

	private final AtomicReferenceArray<@Nullable Scratch> idle = new AtomicReferenceArray<>(RETAINED);

	private final Set<Scratch> all = ConcurrentHashMap.newKeySet();

	private final Supplier<Scratch> factory;

	private final LongSupplier clock;

	ScratchPool(Supplier<Scratch> factory, LongSupplier clock) {
		this.factory = factory;
		this.clock = clock;
	}

	/**
	 * Borrows a scratch and starts its epoch.
	 */
	Scratch acquire() {
		Scratch scratch = poll();
		if (scratch == null) {
			scratch = this.factory.get();
			this.all.add(scratch);
		}
		// First 0, which is before every time, then the time: a writer that frees slots
		// ticks the clock and then looks here. So it sees this operation, or this
		// operation sees the new time.
		scratch.startedAt = 0;
		scratch.startedAt = this.clock.getAsLong();
		return scratch;
	}

	private @Nullable Scratch poll() {
		for (int i = 0; i < RETAINED; i++) {
			if (this.idle.getPlain(i) != null) {
				Scratch scratch = this.idle.getAndSet(i, null);
				if (scratch != null) {
					return scratch;
				}
			}
		}
		return null;
	}

	void release(Scratch scratch) {
		scratch.startedAt = Scratch.IDLE;
		boolean keep = scratch.retainedBytes() <= MAX_RETAINED_BYTES;
		for (int i = 0; i < RETAINED && keep; i++) {
			if (this.idle.getPlain(i) == null && this.idle.compareAndSet(i, null, scratch)) {
				return;
			}
		}
		this.all.remove(scratch);
	}

	/**
	 * The clock when the oldest running operation began.
	 * @return that time, or {@link Scratch#IDLE} if none runs
	 */
	long oldestStart() {
		long oldest = Scratch.IDLE;
		for (Scratch scratch : this.all) {
			oldest = Math.min(oldest, scratch.startedAt);
		}
		return oldest;
	}

}
