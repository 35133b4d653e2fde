package io.github.hnswspring.index.graph;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

import io.github.hnswspring.index.vector.LongRows;
import io.github.hnswspring.index.vector.SlotOwners;

import org.jspecify.annotations.Nullable;

/**
 * Which slot holds which id, and since or until when.
 * <p>
 * Visibility is that of multi-version concurrency control (MVCC). Time is a counter that
 * ticks whenever a vector is replaced or removed. A search remembers the time it began
 * and sees exactly the slots alive then, so that it finds the old or the new vector of an
 * id, never both or neither. {@link FreeSlots} says when a slot may be used again.
 * <p>
 * Thread-safe: readers take no lock.
 */
final class Slots implements SlotOwners {

	/** More slots than this do not fit a packed entry. */
	static final int MAX_SLOTS = 1 << 30;

	static final byte STATE_ALIVE = 0;

	static final byte STATE_DEAD = 1;

	static final byte STATE_FREE = 2;

	static final VarHandle LONG = MethodHandles.arrayElementVarHandle(long[].class);

	/** Alive for every search. */
	private static final long ALIVE = 0;

	/** A time of death that no search began before. */
	private static final long BEFORE_ALL = 1;

	/** When vectors that a file calls dead died: no search can have begun before. */
	private static final long TIME_OF_DEATH_IN_FILE = 2;

	private static final long UNCOMMITTED = Long.MIN_VALUE;

	/**
	 * Added to the time of death of a slot that may be reused; a search begun before that
	 * death still sees it.
	 */
	private static final long FREE = 1L << 62;

	private final LongRows ids = new LongRows(1);

	/**
	 * 0 alive; t &gt; 0 died at t; t &lt; 0 born at -t, replacing another slot. A chunk
	 * that is not there means alive: files of living vectors need none. A writer that
	 * makes one changes the clock or the count afterwards, so every search that must see
	 * it does.
	 */
	private final LongRows times = new LongRows(1);

	/**
	 * When a slot that has died was born: a search begun before never sees it. A chunk
	 * that is not there means 0; it is made before the time of death that leads here.
	 */
	private final LongRows births = new LongRows(1);

	private final IdMap slotOfId = new IdMap(this.ids);

	private final EqualVectors equal;

	private final ReentrantLock lock = new ReentrantLock();

	private final FreeSlots free = new FreeSlots();

	/**
	 * Slots that came to life while a search ran that must not see them, oldest first.
	 */
	private final ArrayDeque<Integer> young = new ArrayDeque<>();

	private volatile long clock = 1;

	private volatile int count;

	private volatile int dead;

	private volatile int youngCount;

	private volatile @Nullable BitSet victims;

	/**
	 * Creates an empty table.
	 * @param checksums the checksum of the vector in a slot
	 * @param same compares the vectors of two slots
	 */
	Slots(IntUnaryOperator checksums, EqualVectors.SameVector same) {
		this.equal = new EqualVectors(checksums, same);
	}

	long now() {
		return this.clock;
	}

	/** Which slots are one node with others. */
	EqualVectors equal() {
		return this.equal;
	}

	/** Slots ever used: every slot is below. */
	int count() {
		return this.count;
	}

	int live() {
		return this.slotOfId.size();
	}

	/** Slots whose vector died and whose links still stand. */
	int dead() {
		return this.dead;
	}

	int free() {
		return this.free.count();
	}

	/** Whether every occupied slot is alive for every search, writers aside. */
	boolean allAlive() {
		return this.dead == 0 && this.youngCount == 0;
	}

	@Override
	public long id(int slot) {
		return this.ids.get(slot);
	}

	@Override
	public int leaderOf(int slot) {
		return this.equal.leaderOf(slot);
	}

	@Override
	public int nextAlive(int slot) {
		int next = this.equal.next(slot);
		while (next != EqualVectors.NONE && hasDied(next)) {
			next = this.equal.next(next);
		}
		return next;
	}

	int slotOf(long id) {
		return this.slotOfId.get(id);
	}

	/** The dead slots a sweep is taking out of the graph, or null between sweeps. */
	@Nullable BitSet victims() {
		return this.victims;
	}

	void victims(@Nullable BitSet victims) {
		this.victims = victims;
	}

	boolean isVictim(int slot) {
		BitSet current = this.victims;
		return current != null && current.get(slot);
	}

	/** Whether a search begun now would see the id. */
	boolean contains(long id) {
		int slot = slotOf(id);
		if (slot == IdMap.NONE || (isVisible(slot, this.clock) && slotOf(id) == slot)) {
			return slot != IdMap.NONE;
		}
		// A writer is between the map and the time: wait for it.
		this.lock.lock();
		try {
			return slotOf(id) != IdMap.NONE;
		}
		finally {
			this.lock.unlock();
		}
	}

	private long time(int slot) {
		long[] chunk = this.times.chunkOrNull(slot);
		return (chunk != null) ? (long) LONG.getAcquire(chunk, this.times.offset(slot)) : ALIVE;
	}

	private void time(int slot, long time) {
		LONG.setRelease(this.times.chunk(slot), this.times.offset(slot), time);
	}

	private long birth(int slot) {
		long[] chunk = this.births.chunkOrNull(slot);
		return (chunk != null) ? chunk[this.births.offset(slot)] : ALIVE;
	}

	private void birth(int slot, long birth) {
		if (birth != birth(slot)) {
			this.births.set(slot, birth);
		}
	}

	boolean isVisible(int slot, long at) {
		long time = time(slot);
		if (time == ALIVE) {
			return true;
		}
		if (time > 0) {
			return at < (time & ~FREE) && at >= birth(slot);
		}
		return time != UNCOMMITTED && at >= -time;
	}

	/** Whether the slot's vector has been removed or replaced, or there is none. */
	boolean hasDied(int slot) {
		return time(slot) > 0;
	}

	/**
	 * Whether a slot is of no more use: neither it nor, if it leads, a follower lives.
	 */
	boolean isDead(int slot) {
		return time(slot) > 0 && this.equal.liveFollowers(slot) == 0;
	}

	/** Whether a live node of the graph: it, or one that follows it, is alive. */
	boolean isLiveNode(int slot) {
		return !isDead(slot) && !this.equal.isFollower(slot);
	}

	/** Whether a search sees the slot's vector, or, if it leads, an equal one. */
	boolean isNodeVisible(int slot, long at) {
		if (isVisible(slot, at)) {
			return true;
		}
		for (int other = this.equal.next(slot); other != EqualVectors.NONE; other = this.equal.next(other)) {
			if (isVisible(other, at)) {
				return true;
			}
		}
		return false;
	}

	boolean isCommitted(int slot) {
		return time(slot) != UNCOMMITTED;
	}

	boolean isFree(int slot) {
		long time = time(slot);
		return time > 0 && (time & FREE) != 0;
	}

	/**
	 * Takes a slot for an id; no search sees it before {@link #commit}.
	 * @param oldestStart when the oldest running operation began; asked while the clock
	 * stands still, since an operation that begins later would be overlooked otherwise
	 * @param prepare makes room for the slot elsewhere; called by one thread at a time
	 */
	int allocate(long id, LongSupplier oldestStart, IntConsumer prepare) {
		this.lock.lock();
		try {
			if (this.free.isReuseDue()) {
				long oldest = oldestStart.getAsLong();
				if (this.free.reuse(oldest)) {
					settleYoung(oldest);
				}
			}
			int reused = this.free.next();
			int slot = (reused >= 0) ? reused : this.count;
			if (slot == MAX_SLOTS) {
				throw new IllegalStateException("The index is full: it holds " + MAX_SLOTS + " slots");
			}
			this.ids.ensureSlot(slot);
			this.times.ensureSlot(slot);
			prepare.accept(slot);
			this.equal.reused(slot, this::isFree);
			this.ids.set(slot, id);
			time(slot, UNCOMMITTED);
			if (slot == this.count) {
				this.count = slot + 1;
			}
			else {
				this.free.take();
			}
			return slot;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Makes a linked slot the one of its id; the one before dies at the same instant. */
	void commit(int slot, LongSupplier oldestStart) {
		this.lock.lock();
		try {
			// First what may fail for lack of memory, then what must be done as a whole.
			if (!this.young.isEmpty()) {
				settleYoung(oldestStart.getAsLong());
			}
			this.slotOfId.ensureCapacity(this.slotOfId.size() + 1);
			int old = slotOf(id(slot));
			// Otherwise no search can still see an earlier vector of the id.
			boolean replaces = this.dead > 0 || this.free.anyWaiting() || old != IdMap.NONE;
			if (old != IdMap.NONE) {
				this.times.ensureSlot(old);
			}
			if (replaces) {
				this.births.ensureSlot(slot);
				this.young.add(slot);
				this.youngCount++;
			}
			this.slotOfId.put(id(slot), slot);
			cameToLife(slot);
			if (!replaces) {
				birth(slot, ALIVE);
				time(slot, ALIVE);
				return;
			}
			long tick = this.clock + 1;
			birth(slot, tick);
			time(slot, -tick);
			if (old != IdMap.NONE) {
				time(old, tick);
				died(old);
			}
			this.clock = tick;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Counts a follower that came to life; its leader is of use again. */
	private void cameToLife(int slot) {
		int leader = this.equal.leaderOf(slot);
		if (leader != slot) {
			if (isDead(leader)) {
				this.dead--;
			}
			this.equal.countLive(leader, 1);
		}
	}

	/** Counts a slot whose time has come, and its leader if that is of no more use. */
	private void died(int slot) {
		int leader = this.equal.leaderOf(slot);
		if (leader == slot) {
			this.dead += isDead(slot) ? 1 : 0;
			return;
		}
		this.dead++;
		this.equal.countLive(leader, -1);
		this.dead += isDead(leader) ? 1 : 0;
	}

	/** Gives back a slot that was never linked. */
	void abandon(int slot) {
		this.lock.lock();
		try {
			time(slot, FREE | 1);
			this.free.add(new int[] { slot }, this.clock);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends an insertion that failed. A slot that others may link to already counts as
	 * dead: no search ever sees it, and the next sweep takes it out.
	 */
	void giveUp(int slot, boolean linked) {
		if (!linked) {
			abandon(slot);
			return;
		}
		this.lock.lock();
		try {
			time(slot, BEFORE_ALL);
			this.dead++;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Settles births: those that no running search is older than need not be known. */
	private void settleYoung(long oldestStart) {
		while (!this.young.isEmpty()) {
			int slot = this.young.peekFirst();
			long time = time(slot);
			if (time < 0 && -time > oldestStart) {
				return;
			}
			this.young.pollFirst();
			if (time < 0) {
				time(slot, ALIVE);
			}
			this.youngCount--;
		}
	}

	boolean remove(long id) {
		this.lock.lock();
		try {
			int slot = this.slotOfId.get(id);
			if (slot == IdMap.NONE) {
				return false;
			}
			// First what may fail for lack of memory.
			this.times.ensureSlot(slot);
			long tick = this.clock + 1;
			time(slot, tick);
			died(slot);
			this.clock = tick;
			// Last: where a reader without the lock finds the id gone, no search that
			// begins afterwards may find its vector.
			this.slotOfId.remove(id);
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Gives back dead slots no link leads to any more. Exclusive. */
	void free(int[] slots) {
		this.lock.lock();
		try {
			this.equal.release(slots);
			for (int slot : slots) {
				time(slot, time(slot) | FREE);
			}
			this.dead -= slots.length;
			long tick = this.clock + 1;
			this.free.add(slots, tick);
			this.clock = tick;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether only a birth that could be settled keeps {@link #allAlive} false. */
	boolean isSettleDue() {
		return this.dead == 0 && this.youngCount > 0;
	}

	/** Settles births unless a writer holds the lock: searches call this. */
	void settle(LongSupplier oldestStart) {
		if (this.lock.tryLock()) {
			try {
				settleYoung(oldestStart.getAsLong());
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	void reserve(int additional) {
		this.lock.lock();
		try {
			this.slotOfId.ensureCapacity(this.slotOfId.size() + additional);
			this.equal.reserve(additional);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** The state of a slot as it is kept in a file. */
	byte state(int slot) {
		return isFree(slot) ? STATE_FREE : hasDied(slot) ? STATE_DEAD : STATE_ALIVE;
	}

	/**
	 * Restores what a file says of the next slot; before other threads see the index.
	 * {@link #restored} must follow.
	 * @param state see {@link #state}
	 */
	void restore(int slot, long id, byte state) {
		this.ids.ensureSlot(slot);
		this.ids.set(slot, id);
		if (state == STATE_ALIVE) {
			return;
		}
		this.times.ensureSlot(slot);
		time(slot, (state == STATE_DEAD) ? TIME_OF_DEATH_IN_FILE : FREE | 1);
		if (state == STATE_FREE) {
			this.free.restore(slot);
		}
	}

	/**
	 * Restores that a slot's vector equals that of another one; after {@link #restored}.
	 */
	void restoreFollower(int slot, int leader) {
		this.equal.follow(slot, leader);
		if (!hasDied(slot)) {
			cameToLife(slot);
		}
	}

	/**
	 * Ends {@link #restore}: enters the ids of all that is alive.
	 * @param count how many slots were restored
	 * @param live how many of them are alive
	 * @return the first slot whose id another one has, or {@link IdMap#NONE}
	 */
	int restored(int count, int live) {
		this.free.restored();
		this.dead = count - live - this.free.count();
		this.count = count;
		if (live < count) {
			this.clock = TIME_OF_DEATH_IN_FILE;
		}
		this.slotOfId.ensureCapacity(live);
		this.equal.restored(count, (slot) -> !isFree(slot) && isCommitted(slot) && !this.equal.isFollower(slot));
		return this.slotOfId.fill(count, (slot) -> time(slot) == ALIVE);
	}

	long heapBytes() {
		return this.ids.bytes() + this.times.bytes() + this.births.bytes() + this.equal.heapBytes()
				+ this.slotOfId.bytes() + this.free.heapBytes();
	}

}
