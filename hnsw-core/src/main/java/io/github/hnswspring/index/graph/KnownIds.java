package io.github.hnswspring.index.graph;

import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.vector.SplitMix64;

/**
 * What a caller's predicate said of ids so far. A search that meets an id it has not been
 * asked about counts it as passing and notes it down; when the search has ended, and so
 * holds nothing that writers wait for, the predicate is asked, and if it refused any the
 * search is done again. Confined to one search.
 */
final class KnownIds implements LongPredicate, IdSet {

	private static final byte UNKNOWN = 1;

	private static final byte PASSES = 2;

	private static final byte FAILS = 3;

	/**
	 * Rounds of a search after which everything is asked about at once. A judgment: each
	 * round is a search.
	 */
	private static final int ROUNDS = 4;

	/**
	 * Where one id in so many has been asked about, the rest is too: by judgment, so many
	 * questions take no longer than the rounds that would follow.
	 */
	private static final int PART = 256;

	private final LongPredicate predicate;

	private int asked;

	private int rounds;

	private int passing;

	private long[] ids = new long[256];

	/** 0 where no id is. */
	private byte[] states = new byte[256];

	private int size;

	private long[] unknown = new long[64];

	private int unknownCount;

	KnownIds(LongPredicate predicate) {
		this.predicate = predicate;
	}

	@Override
	public boolean test(long id) {
		int i = position(id);
		if (this.states[i] == 0) {
			note(i, id);
		}
		return this.states[i] != FAILS;
	}

	private void note(int position, long id) {
		int i = position;
		if (2 * (this.size + 1) > this.ids.length) {
			grow();
			i = position(id);
		}
		this.ids[i] = id;
		this.states[i] = UNKNOWN;
		this.size++;
		if (this.unknownCount == this.unknown.length) {
			this.unknown = Arrays.copyOf(this.unknown, 2 * this.unknownCount);
		}
		this.unknown[this.unknownCount++] = id;
	}

	/**
	 * Asks the predicate about what has been noted down.
	 * @return whether the search that noted it took an id for passing that does not
	 */
	boolean ask() {
		boolean refused = false;
		for (int i = 0; i < this.unknownCount; i++) {
			boolean passes = this.predicate.test(this.unknown[i]);
			this.states[position(this.unknown[i])] = passes ? PASSES : FAILS;
			refused |= !passes;
			this.passing += passes ? 1 : 0;
		}
		this.asked += this.unknownCount;
		this.unknownCount = 0;
		this.rounds++;
		return refused;
	}

	/**
	 * Whether asking about everything costs less than going on.
	 * @param count ids there are
	 */
	boolean isWorthKnowingAll(int count) {
		return this.rounds >= ROUNDS || (long) PART * this.asked >= count;
	}

	@Override
	public boolean contains(long id) {
		return test(id);
	}

	@Override
	public long cardinality() {
		return this.passing;
	}

	/** Those that are known to pass. */
	@Override
	public void forEach(LongConsumer consumer) {
		for (int i = 0; i < this.ids.length; i++) {
			if (this.states[i] == PASSES) {
				consumer.accept(this.ids[i]);
			}
		}
	}

	private int position(long id) {
		int mask = this.ids.length - 1;
		int i = (int) SplitMix64.mix(id + SplitMix64.INCREMENT) & mask;
		while (this.states[i] != 0 && this.ids[i] != id) {
			i = (i + 1) & mask;
		}
		return i;
	}

	/** Makes room for so many ids. */
	void ensure(int count) {
		if (2L * count > this.ids.length) {
			resize(Integer.highestOneBit(count) << 2);
		}
	}

	private void grow() {
		resize(2 * this.ids.length);
	}

	private void resize(int length) {
		long[] oldIds = this.ids;
		byte[] oldStates = this.states;
		this.ids = new long[length];
		this.states = new byte[length];
		for (int i = 0; i < oldIds.length; i++) {
			if (oldStates[i] != 0) {
				int at = position(oldIds[i]);
				this.ids[at] = oldIds[i];
				this.states[at] = oldStates[i];
			}
		}
	}

}
