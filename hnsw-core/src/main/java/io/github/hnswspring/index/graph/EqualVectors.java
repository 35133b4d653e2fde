package io.github.hnswspring.index.graph;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.function.LongUnaryOperator;

import io.github.hnswspring.index.vector.LongRows;

/**
 * Makes one node of all slots whose vectors have the same bits: the first of them, the
 * <em>leader</em>, is linked in the graph, and the others, its <em>followers</em>, hang
 * on a chain behind it. So copies neither fill the links of their neighbours nor crowd
 * others out of a candidate list, and adding one more costs no walk.
 * <p>
 * A leader that has died stays in the graph as long as a follower lives. Leaders are
 * found by a hash table over the vectors' checksums.
 * <p>
 * Chains are read without a lock, as links are; a follower is taken off its chain before
 * its slot is freed, and the slot is reused only after every search begun before has
 * ended. Counts change under the lock of {@link Slots}; a writer that adds a vector holds
 * its {@link #lockOf} from the lookup to the commit, so that equal vectors wait for each
 * other. Thread-safe.
 */
final class EqualVectors {

	static final int NONE = -1;

	/**
	 * Locks for vectors that are being added: with a few threads, two rarely want the
	 * same one. A judgment.
	 */
	private static final int STRIPES = 64;

	/**
	 * Per slot, 0 if it is alone. Of a leader: live followers in the upper half, first
	 * follower + 1 in the lower. Of a follower: the complement of its leader, and the
	 * next follower + 1. A chunk that is not there means alone.
	 */
	private final LongRows rows = new LongRows(1);

	private final IntUnaryOperator checksums;

	private final SameVector same;

	private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

	private final ReentrantReadWriteLock tableLock = new ReentrantReadWriteLock();

	/** Leaders by checksum: slot + 1, so that 0 means empty; linear probing. */
	private int[] table = new int[64];

	private int leaders;

	/** Slots of a file whose leaders are not in the table yet. */
	private volatile int restored;

	private IntPredicate isLeader = (slot) -> false;

	/** Whether any slot ever followed another one. */
	private volatile boolean any;

	/** Whether the vectors of two slots have the same bits. */
	@FunctionalInterface
	interface SameVector {

		boolean test(int a, int b);

	}

	/**
	 * Creates an empty set.
	 * @param checksums the checksum of the vector in a slot
	 * @param same compares two vectors of the same checksum
	 */
	EqualVectors(IntUnaryOperator checksums, SameVector same) {
		this.checksums = checksums;
		this.same = same;
		for (int i = 0; i < STRIPES; i++) {
			this.stripes[i] = new ReentrantLock();
		}
	}

	/** Held while a vector of the slot's checksum is being added. */
	ReentrantLock lockOf(int slot) {
		return this.stripes[spread(this.checksums.applyAsInt(slot)) & (STRIPES - 1)];
	}

	/** Whether there are, or were, any equal vectors: otherwise every slot is a node. */
	boolean any() {
		return this.any;
	}

	private long row(int slot) {
		long[] chunk = this.rows.chunkOrNull(slot);
		return (chunk != null) ? (long) Slots.LONG.getAcquire(chunk, this.rows.offset(slot)) : 0;
	}

	private void row(int slot, long value) {
		Slots.LONG.setRelease(this.rows.chunk(slot), this.rows.offset(slot), value);
	}

	private static long pack(int high, int low) {
		return ((long) high << 32) | (low & 0xffffffffL);
	}

	/** Whether the slot is no node of its own. */
	boolean isFollower(int slot) {
		return this.any && row(slot) < 0;
	}

	/** The node of a slot: itself, or its leader. */
	int leaderOf(int slot) {
		long row = this.any ? row(slot) : 0;
		return (row < 0) ? ~(int) (row >> 32) : slot;
	}

	/** The first follower of a leader, or the next one of a follower, or none. */
	int next(int slot) {
		return this.any ? (int) row(slot) - 1 : NONE;
	}

	int liveFollowers(int leader) {
		long row = this.any ? row(leader) : 0;
		return (row > 0) ? (int) (row >> 32) : 0;
	}

	/** Counts a follower that came to life or died, while another one may join. */
	void countLive(int leader, int change) {
		update(leader, (row) -> pack((int) (row >> 32) + change, (int) row));
	}

	/** Changes a row of which others change the other half under another lock. */
	private void update(int slot, LongUnaryOperator change) {
		long[] chunk = this.rows.chunk(slot);
		int offset = this.rows.offset(slot);
		long row;
		do {
			row = (long) Slots.LONG.getVolatile(chunk, offset);
		}
		while (!Slots.LONG.compareAndSet(chunk, offset, row, change.applyAsLong(row)));
	}

	/**
	 * Forgets what a slot was part of, before it is used again: every search that might
	 * follow its old chain has ended, and none may begin to.
	 * @param isFree whether a slot is not in use
	 */
	void reused(int slot, IntPredicate isFree) {
		if (!this.any || row(slot) == 0) {
			return;
		}
		int leader = leaderOf(slot);
		if (leader != slot && isFree.test(leader)) {
			clear(leader);
		}
		clear(slot);
	}

	/**
	 * Looks for a node of the same vector.
	 * @param slot a slot whose vector is in place, under its {@link #lockOf}
	 * @param usable whether a leader may be followed: one that nothing follows dies, and
	 * there may be another one beside it
	 * @return the leader, or {@link #NONE}
	 */
	int find(int slot, IntPredicate usable) {
		int checksum = this.checksums.applyAsInt(slot);
		this.tableLock.writeLock().lock();
		try {
			fill();
			int mask = this.table.length - 1;
			for (int i = spread(checksum) & mask; this.table[i] != 0; i = (i + 1) & mask) {
				int leader = this.table[i] - 1;
				if (leader != slot && usable.test(leader) && this.checksums.applyAsInt(leader) == checksum
						&& this.same.test(leader, slot)) {
					return leader;
				}
			}
			return NONE;
		}
		finally {
			this.tableLock.writeLock().unlock();
		}
	}

	/**
	 * Looks for the node of a vector that is not in any slot, if no writer is in the way.
	 * @param checksum of the vector
	 * @param equal whether a slot of that checksum has it, and is what is looked for
	 * @return the leader, or {@link #NONE}, which may be wrong
	 */
	int tryFind(int checksum, IntPredicate equal) {
		if (this.restored != 0) {
			this.tableLock.writeLock().lock();
			try {
				fill();
			}
			finally {
				this.tableLock.writeLock().unlock();
			}
		}
		if (!this.tableLock.readLock().tryLock()) {
			return NONE;
		}
		try {
			int mask = this.table.length - 1;
			for (int i = spread(checksum) & mask; this.table[i] != 0; i = (i + 1) & mask) {
				int leader = this.table[i] - 1;
				if (this.checksums.applyAsInt(leader) == checksum && equal.test(leader)) {
					return leader;
				}
			}
			return NONE;
		}
		finally {
			this.tableLock.readLock().unlock();
		}
	}

	/** Enters a slot as the leader of those that will equal it. */
	void lead(int slot) {
		this.tableLock.writeLock().lock();
		try {
			fill();
			clear(slot);
			if (3L * (this.leaders + 1) > 2L * this.table.length) {
				resize(this.table.length * 2);
			}
			enter(slot);
			this.leaders++;
		}
		finally {
			this.tableLock.writeLock().unlock();
		}
	}

	/** Whether a leader's vector is that of another one, which is found before it. */
	boolean isSecondLeader(int slot, IntPredicate usable) {
		int first = find(slot, usable);
		return first != NONE && first < slot;
	}

	/** Makes room for the entries of a large load. */
	void reserve(int additional) {
		this.tableLock.writeLock().lock();
		try {
			fill();
			int length = this.table.length;
			while (3L * (this.leaders + (long) additional) > 2L * length && length < 1 << 30) {
				length *= 2;
			}
			if (length != this.table.length) {
				resize(length);
			}
		}
		finally {
			this.tableLock.writeLock().unlock();
		}
	}

	private void clear(int slot) {
		if (row(slot) != 0) {
			row(slot, 0);
		}
	}

	private void enter(int slot) {
		int mask = this.table.length - 1;
		int i = spread(this.checksums.applyAsInt(slot)) & mask;
		while (this.table[i] != 0) {
			i = (i + 1) & mask;
		}
		this.table[i] = slot + 1;
	}

	private void resize(int length) {
		int[] old = this.table;
		this.table = new int[length];
		for (int entry : old) {
			if (entry != 0) {
				enter(entry - 1);
			}
		}
	}

	/** Forgets that a slot leads, as far as it does: equal vectors come to lead anew. */
	void forget(int slot) {
		this.tableLock.writeLock().lock();
		try {
			fill();
			int mask = this.table.length - 1;
			int i = spread(this.checksums.applyAsInt(slot)) & mask;
			while (this.table[i] != 0 && this.table[i] != slot + 1) {
				i = (i + 1) & mask;
			}
			if (this.table[i] != 0) {
				closeGap(i);
				this.leaders--;
			}
		}
		finally {
			this.tableLock.writeLock().unlock();
		}
	}

	private void closeGap(int start) {
		int gap = start;
		int mask = this.table.length - 1;
		for (int i = (gap + 1) & mask; this.table[i] != 0; i = (i + 1) & mask) {
			int home = spread(this.checksums.applyAsInt(this.table[i] - 1)) & mask;
			if (((i - home) & mask) >= ((i - gap) & mask)) {
				this.table[gap] = this.table[i];
				gap = i;
			}
		}
		this.table[gap] = 0;
	}

	/**
	 * Hangs a slot behind a leader; searches may meet it from here on. Under
	 * {@link #lockOf}, and with the chunks of both made room for.
	 */
	void follow(int slot, int leader) {
		this.tableLock.writeLock().lock();
		try {
			this.any = true;
			this.rows.ensureSlot(slot);
			this.rows.ensureSlot(leader);
			// Other threads may change the count: the chain is changed under this lock.
			row(slot, pack(~leader, (int) row(leader)));
			update(leader, (row) -> pack((int) (row >> 32), slot + 1));
		}
		finally {
			this.tableLock.writeLock().unlock();
		}
	}

	/**
	 * Takes slots that are about to be freed off their chains and out of the table.
	 * Nothing may be added at the same time.
	 */
	void release(int[] slots) {
		if (this.any) {
			int[] sorted = slots.clone();
			Arrays.sort(sorted);
			for (int slot : sorted) {
				int leader = leaderOf(slot);
				if (leader != slot && Arrays.binarySearch(sorted, leader) < 0) {
					unchain(leader, sorted);
				}
			}
		}
		for (int slot : slots) {
			if (!isFollower(slot)) {
				forget(slot);
			}
		}
	}

	/** Goes over the chain of a leader once; those of its followers that stay stay. */
	private void unchain(int leader, int[] sorted) {
		int last = leader;
		int slot = next(leader);
		while (slot != NONE) {
			int next = next(slot);
			if (Arrays.binarySearch(sorted, slot) >= 0) {
				// A search that stands on it can go on: its own row is left as it is.
				update(last, (row) -> pack((int) (row >> 32), next + 1));
			}
			else {
				last = slot;
			}
			slot = next;
		}
	}

	/**
	 * Takes note that a file was read; before other threads see the index. The table is
	 * filled when the first vector is added or the first walk looks for the query's own
	 * vector, whichever comes first: reading every vector is no part of opening a file.
	 * @param slots how many there are
	 * @param leads which of them lead; asked later, and not of slots taken since
	 */
	void restored(int slots, IntPredicate leads) {
		this.restored = slots;
		this.isLeader = leads;
	}

	/** Enters the leaders of a file, once. */
	private void fill() {
		int slots = this.restored;
		if (slots == 0) {
			return;
		}
		int length = this.table.length;
		while (3L * slots > 2L * length && length < 1 << 30) {
			length *= 2;
		}
		this.table = new int[length];
		for (int slot = 0; slot < slots; slot++) {
			if (this.isLeader.test(slot)) {
				enter(slot);
				this.leaders++;
			}
		}
		this.restored = 0;
	}

	/** Slots in a group with others: how many groups, and how many slots in them. */
	int[] groups(int slots, Slots all) {
		int groups = 0;
		int members = 0;
		for (int slot = 0; this.any && slot < slots; slot++) {
			int live = all.isFree(slot) ? 0 : liveFollowers(slot) + (all.hasDied(slot) ? 0 : 1);
			if (live > 1) {
				groups++;
				members += live;
			}
		}
		return new int[] { groups, members };
	}

	private static int spread(int checksum) {
		int mixed = checksum * 0x9e3779b9;
		return mixed ^ (mixed >>> 16);
	}

	long heapBytes() {
		return this.rows.bytes() + 4L * this.table.length;
	}

}
