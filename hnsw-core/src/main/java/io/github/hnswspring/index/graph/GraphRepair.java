package io.github.hnswspring.index.graph;

import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;

/**
 * Takes removed nodes out of the graph. They stay as stepping stones until a sweep, begun
 * when they are an eighth of all, has gone over every row: links to them are replaced by
 * the best of their live neighbours, as FreshDiskANN does (Singh et al. 2021,
 * arXiv:2105.09613). Then everything still alive is checked to be reachable and their
 * slots are freed.
 * <p>
 * The sweep is done in small steps by the writers themselves, so that none waits long.
 * Thread-safe under the index's structure lock: {@link #step} shared, all else exclusive.
 */
final class GraphRepair {

	/**
	 * Dead slots below which no sweep begins: what a sweep takes at least would be spent
	 * on few. A judgment.
	 */
	private static final int MIN_DEAD = 64;

	/**
	 * One slot in so many is dead when a sweep begins: so much memory, and so much of a
	 * walk, is left to the dead at most. A judgment.
	 */
	private static final int DEAD_SHARE = 8;

	/**
	 * Rows that one change repairs at least: a sweep over n rows ends within n / 24
	 * changes, a third of the n / 8 removals after which the next one is due.
	 */
	private static final int ROWS_PER_STEP = 24;

	/**
	 * Candidates among which a node without support looks for one: more than the links of
	 * a row, so that one of them has room as a rule. A judgment.
	 */
	private static final int ATTACH_CANDIDATES = 100;

	private final Links links;

	private final Slots slots;

	private final GraphSearcher searcher;

	private final GraphBuilder builder;

	private final EntryPoint entryPoint;

	private final Supports supports;

	private final RowLocks locks;

	private final ReentrantLock stepLock = new ReentrantLock();

	private volatile int cursor;

	private volatile int end;

	GraphRepair(Links links, Slots slots, GraphSearcher searcher, GraphBuilder builder, EntryPoint entryPoint,
			Supports supports, RowLocks locks) {
		this.links = links;
		this.slots = slots;
		this.searcher = searcher;
		this.builder = builder;
		this.entryPoint = entryPoint;
		this.supports = supports;
		this.locks = locks;
	}

	/** Whether {@link #makeReachable} is due: the entry point must be the oldest node. */
	boolean isEntryPointNew() {
		return this.entryPoint.isNew();
	}

	/** Whether {@link #begin} is due. */
	boolean isDue() {
		int dead = this.slots.dead();
		return this.slots.victims() == null && dead > 0
				&& (this.slots.live() == 0 || (dead >= MIN_DEAD && dead >= this.slots.live() / (DEAD_SHARE - 1)));
	}

	boolean isSweeping() {
		return this.slots.victims() != null;
	}

	/** Whether {@link #finish} is due. */
	boolean isSwept() {
		return this.slots.victims() != null && this.cursor >= this.end;
	}

	/** Starts a sweep if one is due. Exclusive. */
	void begin(Scratch scratch) {
		if (isDue()) {
			beginNow(scratch);
		}
	}

	/** Takes every dead node out, however few they are. Exclusive. */
	void removeDead(Scratch scratch) {
		finish(scratch);
		if (this.slots.dead() > 0) {
			beginNow(scratch);
			finish(scratch);
		}
	}

	private void beginNow(Scratch scratch) {
		int count = this.slots.count();
		BitSet dead = new BitSet(count);
		for (int slot = 0; slot < count; slot++) {
			if (this.slots.isDead(slot) && !this.slots.isFree(slot)) {
				dead.set(slot);
			}
		}
		if (this.slots.live() == 0) {
			this.entryPoint.clear();
			this.entryPoint.settle();
			this.slots.free(dead.stream().toArray());
			return;
		}
		if (dead.get(EntryPoint.slot(this.entryPoint.get()))) {
			chooseEntryPoint();
			makeReachable(scratch);
		}
		this.cursor = 0;
		this.end = count;
		this.slots.victims(dead);
		replaceSupport(scratch, dead);
	}

	/**
	 * Finds new support for what only victims supported, before the first link to a
	 * victim goes.
	 */
	private void replaceSupport(Scratch scratch, BitSet victims) {
		int[] row = new int[this.links.maxDegree(0)];
		BitSet lost = new BitSet();
		for (int victim = victims.nextSetBit(0); victim >= 0; victim = victims.nextSetBit(victim + 1)) {
			int count = this.links.copy(victim, 0, row);
			for (int i = 0; i < count; i++) {
				if (!victims.get(row[i]) && this.supports.withdraw(victim, row[i])) {
					lost.set(row[i]);
				}
			}
		}
		int entry = EntryPoint.slot(this.entryPoint.get());
		for (int slot = lost.nextSetBit(0); slot >= 0; slot = lost.nextSetBit(slot + 1)) {
			if (slot != entry) {
				attach(scratch, slot, (node) -> !this.slots.isDead(node));
			}
		}
	}

	/** Repairs the next few rows, unless another writer does. Shared. */
	void step(Scratch scratch) {
		BitSet victims = this.slots.victims();
		if (victims == null || !this.stepLock.tryLock()) {
			return;
		}
		try {
			if (this.slots.victims() == victims) {
				int from = this.cursor;
				int to = Math.min(this.end, from + stepSize());
				for (int slot = from; slot < to; slot++) {
					repairNode(scratch, slot, victims);
				}
				this.cursor = to;
			}
		}
		finally {
			this.stepLock.unlock();
		}
	}

	/** Enough that a sweep ends before the next one is due. */
	private int stepSize() {
		return Math.max(ROWS_PER_STEP, 2 * DEAD_SHARE * this.end / Math.max(1, this.slots.live()));
	}

	/** Does all the rest of a sweep. Exclusive. */
	void finish(Scratch scratch) {
		BitSet victims = this.slots.victims();
		if (victims == null) {
			return;
		}
		for (int slot = this.cursor; slot < this.end; slot++) {
			repairNode(scratch, slot, victims);
		}
		makeReachable(scratch);
		this.slots.victims(null);
		this.slots.free(victims.stream().toArray());
	}

	/** Ends a sweep, and leaves no node behind that no link leads to. Exclusive. */
	void recover(Scratch scratch) {
		if (isSweeping()) {
			finish(scratch);
		}
		else {
			makeReachable(scratch);
		}
	}

	private void repairNode(Scratch scratch, int slot, BitSet victims) {
		// What is being inserted never links to a node that died before the sweep began.
		// What died since is repaired too: searches still walk through it.
		if (victims.get(slot) || this.slots.isFree(slot) || !this.slots.isCommitted(slot)) {
			return;
		}
		for (int layer = this.links.level(slot); layer >= 0; layer--) {
			repairRow(scratch, slot, layer, victims);
		}
	}

	private void repairRow(Scratch scratch, int slot, int layer, BitSet victims) {
		ReentrantLock lock = this.locks.of(slot);
		lock.lock();
		try {
			int existing = this.links.copy(slot, layer, scratch.batch);
			boolean broken = false;
			scratch.slotLimit = this.slots.count();
			scratch.clearVisited();
			scratch.visit(slot);
			for (int i = 0; i < existing; i++) {
				scratch.visit(scratch.batch[i]);
				broken |= victims.get(scratch.batch[i]);
			}
			if (!broken) {
				return;
			}
			int total = existing;
			for (int i = 0; i < existing; i++) {
				if (victims.get(scratch.batch[i])) {
					total = addNeighborsOf(scratch, scratch.batch[i], layer, total);
				}
			}
			this.builder.chooseAnew(scratch, slot, layer, existing, total, -1);
		}
		finally {
			lock.unlock();
		}
	}

	private int addNeighborsOf(Scratch scratch, int victim, int layer, int total) {
		if (layer > this.links.level(victim)) {
			return total;
		}
		int count = this.links.copy(victim, layer, scratch.row);
		scratch.ensureBatch(total + count);
		for (int i = 0; i < count; i++) {
			int candidate = scratch.row[i];
			if (scratch.visit(candidate) && !this.slots.isDead(candidate) && this.slots.isCommitted(candidate)) {
				scratch.batch[total++] = candidate;
			}
		}
		return total;
	}

	private void chooseEntryPoint() {
		int best = -1;
		int bestLevel = -1;
		for (int slot = 0; slot < this.slots.count(); slot++) {
			if (this.slots.isLiveNode(slot) && this.links.level(slot) > bestLevel) {
				best = slot;
				bestLevel = this.links.level(slot);
			}
		}
		this.entryPoint.set(best, bestLevel);
	}

	/**
	 * Links every live node that layer 0 does not lead to, and renews ranks and supports.
	 * Exclusive.
	 * @return how many nodes had to be linked
	 */
	int makeReachable(Scratch scratch) {
		if (EntryPoint.isEmpty(this.entryPoint.get())) {
			this.entryPoint.settle();
			return 0;
		}
		int repaired = 0;
		while (true) {
			// What a sweep is taking out leads nowhere: its support has been replaced.
			Reachability reached = Reachability.from(EntryPoint.slot(this.entryPoint.get()), this.links,
					this.slots.count(), this.slots.victims());
			renewSupports(reached);
			int lost = 0;
			for (int slot = 0; slot < this.slots.count(); slot++) {
				if (this.slots.isLiveNode(slot) && !reached.contains(slot)) {
					attach(scratch, slot, (node) -> reached.contains(node) && !this.slots.isDead(node));
					lost++;
					if (this.supports.isSupported(slot)) {
						// What it leads to needs no link of its own: whole clusters come
						// off at once.
						reached.extend(slot, this.links, this.slots.victims());
					}
				}
			}
			if (lost == 0) {
				this.entryPoint.settle();
				return repaired;
			}
			repaired += lost;
		}
	}

	private void renewSupports(Reachability reached) {
		int rank = reached.count();
		for (int slot = 0; slot < this.slots.count(); slot++) {
			if (!reached.contains(slot)) {
				this.supports.rank(slot, rank++);
			}
		}
		for (int i = 0; i < reached.count(); i++) {
			this.supports.rank(reached.inOrder(i), i);
		}
		this.supports.nextRank(rank);
		int[] row = new int[this.links.maxDegree(0)];
		for (int i = 0; i < reached.count(); i++) {
			int slot = reached.inOrder(i);
			int count = this.links.copy(slot, 0, row);
			for (int j = 0; j < count; j++) {
				this.supports.linked(slot, row[j], 0);
			}
		}
	}

	/** Gives a node a link from an older one that qualifies, the nearer the better. */
	private void attach(Scratch scratch, int slot, IntPredicate qualifies) {
		long entry = this.entryPoint.get();
		scratch.exact.query(slot);
		scratch.slotLimit = this.slots.count();
		scratch.walkExactly();
		int start = this.searcher.descend(scratch, EntryPoint.slot(entry), EntryPoint.level(entry), 0);
		this.searcher.searchLayer(scratch, start, ATTACH_CANDIDATES, 0);
		for (int i = 0; i < scratch.pool.size() && !this.supports.isSupported(slot); i++) {
			attachTo(scratch, scratch.pool.slotAt(i), slot, qualifies);
		}
		for (int node = 0; node < this.slots.count() && !this.supports.isSupported(slot); node++) {
			if (!this.slots.isFree(node) && !this.slots.equal().isFollower(node)) {
				attachTo(scratch, node, slot, qualifies);
			}
		}
	}

	private void attachTo(Scratch scratch, int node, int slot, IntPredicate qualifies) {
		if (node != slot && this.supports.rank(node) < this.supports.rank(slot) && qualifies.test(node)) {
			this.builder.linkBack(scratch, node, slot, 0, true);
		}
	}

}
