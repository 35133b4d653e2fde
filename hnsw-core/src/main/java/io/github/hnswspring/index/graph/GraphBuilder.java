package io.github.hnswspring.index.graph;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Inserts nodes: Algorithm 1 of Malkov &amp; Yashunin 2018.
 * <p>
 * Invariant: every node but the oldest keeps at least one incoming link on layer 0 from
 * an older node, its <em>support</em>; so, by induction, everything can be reached from
 * the oldest. (The paper's algorithm alone leaves about one node in a hundred without any
 * incoming link.) "Older" is by rank, the order of insertion, renewed by
 * {@link GraphRepair}, which also makes the entry point the oldest whenever it changes.
 * <p>
 * Thread-safe: any number of threads may insert at once; see {@link Links} for what
 * readers see.
 */
final class GraphBuilder {

	private static final int NONE = -1;

	private final Links links;

	private final Slots slots;

	private final GraphSearcher searcher;

	private final EntryPoint entryPoint;

	private final Supports supports;

	private final LinkWriter writer;

	private final RowLocks locks;

	private final int m;

	private final int efConstruction;

	GraphBuilder(GraphParameters parameters, LinkWriter writer, Slots slots, GraphSearcher searcher,
			EntryPoint entryPoint, RowLocks locks) {
		this.links = writer.links;
		this.slots = slots;
		this.searcher = searcher;
		this.entryPoint = entryPoint;
		this.supports = writer.supports;
		this.writer = writer;
		this.locks = locks;
		this.m = parameters.m();
		this.efConstruction = Math.max(parameters.efConstruction(), parameters.m());
	}

	/**
	 * Links a slot whose vector is in place and which is not published yet.
	 * @param scratch its distance computers have the vector as their query
	 * @return {@code false} if no live node was found to link to
	 */
	boolean insert(Scratch scratch, int slot, int level) {
		this.links.reset(slot, level);
		this.supports.born(slot);
		ReentrantLock lock = null;
		long entry = this.entryPoint.get();
		if (level > EntryPoint.level(entry)) {
			// Nodes that raise the top wait for each other; they are one in M^level.
			lock = this.entryPoint.lock();
			lock.lock();
			entry = this.entryPoint.get();
		}
		try {
			if (EntryPoint.isEmpty(entry)) {
				this.entryPoint.set(slot, level);
				return true;
			}
			if (!link(scratch, slot, level, entry)) {
				return false;
			}
			if (level > EntryPoint.level(entry)) {
				this.entryPoint.set(slot, level);
			}
			return true;
		}
		finally {
			if (lock != null) {
				lock.unlock();
			}
		}
	}

	/**
	 * Searches each layer for neighbours, fills the node's rows, and links back.
	 * @param entry where the search begins, for the static methods of {@link EntryPoint}
	 * @return {@code false} if no live node was found to link to
	 */
	boolean link(Scratch scratch, int slot, int level, long entry) {
		int top = EntryPoint.level(entry);
		int start = this.searcher.descend(scratch, EntryPoint.slot(entry), top, level);
		int lowest = Math.min(level, top);
		// All rows are filled before the first link to the node: a search that meets it
		// on a layer can go on downwards.
		int[][] rows = new int[lowest + 1][];
		for (int layer = lowest; layer >= 0; layer--) {
			this.searcher.searchLayer(scratch, start, this.efConstruction, layer);
			start = scratch.pool.slotAt(0);
			int count = selectLive(scratch, slot, layer);
			if (count == 0 && layer == 0) {
				return false;
			}
			this.writer.set(slot, layer, scratch.selected, count);
			rows[layer] = Arrays.copyOf(scratch.selected, count);
		}
		VarHandle.releaseFence();
		for (int layer = 0; layer <= lowest; layer++) {
			for (int neighbor : rows[layer]) {
				this.writer.linked(slot, neighbor, layer);
				linkBack(scratch, neighbor, slot, layer, false);
			}
		}
		if (!this.writer.isSupported(slot)) {
			support(scratch, slot, rows[0]);
		}
		return true;
	}

	/** Algorithm 4 over the live part of the scratch's pool. */
	private int selectLive(Scratch scratch, int slot, int layer) {
		CandidatePool pool = scratch.pool;
		CandidatePool selection = scratch.selection;
		// Asking each candidate touches a cache line each: a tenth of the time of a
		// build.
		boolean anyDead = this.slots.dead() > 0;
		selection.reset(pool.size());
		if (!scratch.walksOnCodes()) {
			// The walk's own distances are exact, and in order.
			for (int i = 0; i < pool.size(); i++) {
				int candidate = pool.slotAt(i);
				if (candidate != slot && !(anyDead && this.slots.isDead(candidate))) {
					selection.append(pool.distanceAt(i), candidate);
				}
			}
			return NeighborSelector.select(scratch, this.m);
		}
		scratch.ensureBatch(pool.size());
		int count = 0;
		for (int i = 0; i < pool.size(); i++) {
			int candidate = pool.slotAt(i);
			if (candidate != slot && !(anyDead && this.slots.isDead(candidate))) {
				scratch.batch[count++] = candidate;
			}
		}
		if (scratch.pairsByCode()) {
			// By the same measure as between candidates.
			scratch.pair.query(slot);
			scratch.pair.distances(scratch.batch, count, scratch.distances);
		}
		else {
			scratch.exact.distances(scratch.batch, count, scratch.distances);
		}
		for (int i = 0; i < count; i++) {
			selection.append(scratch.distances[i], scratch.batch[i]);
		}
		selection.sort();
		return NeighborSelector.select(scratch, this.m);
	}

	/**
	 * Adds a link from an existing node to a new one, choosing anew (Algorithm 4) which
	 * links to keep if the row is full.
	 * @param force keep the new link whatever the choice, if at all possible
	 */
	void linkBack(Scratch scratch, int node, int added, int layer, boolean force) {
		ReentrantLock lock = this.locks.of(node);
		lock.lock();
		try {
			int count = this.writer.copy(node, layer, scratch.batch);
			if (indexOf(scratch.batch, count, added) >= 0) {
				return;
			}
			if (count < this.links.maxDegree(layer)) {
				this.writer.append(node, layer, added);
				return;
			}
			if (force && !canSpareLink(scratch, node, count)) {
				return;
			}
			scratch.batch[count] = added;
			if (force || !replaceOne(scratch, node, layer, count)) {
				chooseAnew(scratch, node, layer, count, count + 1, force ? added : NONE);
			}
		}
		finally {
			lock.unlock();
		}
	}

	/**
	 * Whether one of a node's links on layer 0, which are in the scratch's batch, is not
	 * its target's only support. Under dot products a few long vectors are everybody's
	 * neighbours and cannot spare any: choosing their links anew each time to find that
	 * out took 14 times as long as the rest of the build.
	 */
	private boolean canSpareLink(Scratch scratch, int node, int count) {
		for (int i = 0; i < count; i++) {
			int target = scratch.batch[i];
			if (this.writer.isReleasable(node, target) || this.slots.isVictim(target)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Makes room for one more link in a full row, under the node's lock: of the scratch's
	 * batch, the links there are and the new one behind them, the farthest redundant one
	 * goes. A link is redundant if its target has a nearer neighbour among them than the
	 * node itself, as in Algorithm 4, except that the neighbour need not have been kept
	 * by the algorithm. That takes about 40 comparisons instead of 230.
	 * @return {@code false} if no link can go that way, or one of them leads to a dead
	 * node
	 */
	private boolean replaceOne(Scratch scratch, int node, int layer, int existing) {
		int added = scratch.batch[existing];
		sortByDistance(scratch, node, existing + 1);
		if (scratch.selection.size() <= existing) {
			return false;
		}
		int[] sorted = scratch.selected;
		for (int i = 0; i <= existing; i++) {
			sorted[i] = scratch.selection.slotAt(i);
		}
		for (int i = existing; i > 0; i--) {
			int candidate = sorted[i];
			if (!NeighborSelector.isDiverse(scratch, candidate, scratch.selection.distanceAt(i), i)
					&& (candidate == added || this.writer.release(node, candidate, layer))) {
				if (candidate != added) {
					this.writer.replace(node, layer, candidate, added);
				}
				return true;
			}
		}
		return false;
	}

	/**
	 * Chooses a node's links anew (Algorithm 4), under its lock, from the scratch's
	 * batch: the links it has, then further candidates. Links to dead nodes go; links
	 * that are their target's only support stay.
	 * @param existing how many of the candidates are linked now
	 * @param total how many candidates there are
	 * @param forced a candidate to keep if at all possible, or {@link #NONE}
	 */
	void chooseAnew(Scratch scratch, int node, int layer, int existing, int total, int forced) {
		int[] candidates = scratch.batch;
		int[] selected = scratch.selected;
		int max = this.links.maxDegree(layer);
		int kept = selectAmong(scratch, node, total, max);
		if (forced != NONE && indexOf(selected, kept, forced) < 0) {
			selected[kept++] = forced;
		}
		for (int i = 0; i < existing; i++) {
			int candidate = candidates[i];
			if (!this.slots.isVictim(candidate) && indexOf(selected, kept, candidate) < 0
					&& !this.writer.release(node, candidate, layer)) {
				selected[kept++] = candidate;
			}
		}
		for (int i = kept - 1; i >= 0 && kept > max; i--) {
			int candidate = selected[i];
			boolean linked = indexOf(candidates, existing, candidate) >= 0;
			if (candidate != forced && (!linked || this.writer.release(node, candidate, layer))) {
				kept = removeAt(selected, kept, i);
			}
		}
		if (kept > max) {
			// Every other link is the only support of its target.
			kept = removeAt(selected, kept, indexOf(selected, kept, forced));
		}
		this.writer.set(node, layer, selected, kept);
		for (int i = existing; i < total; i++) {
			if (indexOf(selected, kept, candidates[i]) >= 0) {
				this.writer.linked(node, candidates[i], layer);
			}
		}
	}

	private int selectAmong(Scratch scratch, int node, int total, int max) {
		sortByDistance(scratch, node, total);
		return NeighborSelector.select(scratch, max);
	}

	/** Sorts what is alive of the scratch's batch into its selection. */
	private void sortByDistance(Scratch scratch, int node, int total) {
		scratch.pair.query(node);
		scratch.pair.distances(scratch.batch, total, scratch.distances);
		boolean anyDead = this.slots.dead() > 0;
		CandidatePool selection = scratch.selection;
		selection.reset(total);
		for (int i = 0; i < total; i++) {
			if (!anyDead || !this.slots.isDead(scratch.batch[i])) {
				selection.append(scratch.distances[i], scratch.batch[i]);
			}
		}
		selection.sort();
	}

	/**
	 * Finds an older node that can spare a link to a node that no neighbour kept a link
	 * to.
	 */
	private void support(Scratch scratch, int slot, int[] neighbors) {
		for (int i = 0; i < neighbors.length && !this.writer.isSupported(slot); i++) {
			linkBack(scratch, neighbors[i], slot, 0, true);
		}
		for (int i = 0; i < scratch.pool.size() && !this.writer.isSupported(slot); i++) {
			forceLink(scratch, scratch.pool.slotAt(i), slot);
		}
		// There are fewer supporting links than nodes, so some node has room: most likely
		// one of the youngest, which few others link to.
		for (int i = this.slots.count() - 1; i >= 0 && !this.writer.isSupported(slot); i--) {
			forceLink(scratch, i, slot);
		}
	}

	private void forceLink(Scratch scratch, int node, int slot) {
		if (node != slot && this.slots.isCommitted(node) && this.slots.isLiveNode(node)) {
			linkBack(scratch, node, slot, 0, true);
		}
	}

	private static int removeAt(int[] array, int count, int index) {
		System.arraycopy(array, index + 1, array, index, count - index - 1);
		return count - 1;
	}

	private static int indexOf(int[] array, int count, int value) {
		for (int i = 0; i < count; i++) {
			if (array[i] == value) {
				return i;
			}
		}
		return NONE;
	}

}
