package io.github.hnswspring.index.graph;

import java.util.Arrays;
import java.util.function.LongPredicate;

import io.github.hnswspring.index.vector.SplitMix64;

/**
 * What a caller's predicate said of ids so far. A search that meets an id it has not been
 * asked about counts it as passing and notes it down; when the search has ended, and so
 * holds nothing that writers wait for, the predicate is asked, and if it refused any the
 * search is done again. Confined to one search.
 */
final class KnownIds implements LongPredicate {

	private static final byte UNKNOWN = 1;

	private static final byte PASSES = 2;

	private static final byte FAILS = 3;

	private final LongPredicate predicate;

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
		}
		this.unknownCount = 0;
		return refused;
	}

	private int position(long id) {
		int mask = this.ids.length - 1;
		int i = (int) SplitMix64.mix(id + SplitMix64.INCREMENT) & mask;
		while (this.states[i] != 0 && this.ids[i] != id) {
			i = (i + 1) & mask;
		}
		return i;
	}

	private void grow() {
		long[] oldIds = this.ids;
		byte[] oldStates = this.states;
		this.ids = new long[2 * oldIds.length];
		this.states = new byte[2 * oldIds.length];
		for (int i = 0; i < oldIds.length; i++) {
			if (oldStates[i] != 0) {
				int at = position(oldIds[i]);
				this.ids[at] = oldIds[i];
				this.states[at] = oldStates[i];
			}
		}
	}

}
