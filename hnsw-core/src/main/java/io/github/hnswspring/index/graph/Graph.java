package io.github.hnswspring.index.graph;

import java.util.concurrent.locks.ReentrantLock;

import io.github.hnswspring.index.vector.BitPlaneCodes;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * All that goes by the numbers of slots: vectors, codes, links, ids, and the scratches of
 * running operations. Where most slots are free, the index replaces its graph by a
 * smaller one, see {@link Renumbering}; the former one is not changed any more, so
 * searches and saves that run on it end as they began.
 * <p>
 * Thread-safe under the structure lock of {@link GraphWriter}: what changes a graph reads
 * the current one under that lock.
 */
final class Graph {

	/**
	 * Slots below which no smaller graph takes over: a chunk of each table is the least
	 * that any graph takes. A judgment.
	 */
	private static final int LEAST_SPARSE = 256;

	/**
	 * A graph is sparse if this many slots, or more, share one that is occupied: so a
	 * copy of n slots comes after 3 n removals at least.
	 */
	static final int SPARSE = 4;

	final GraphParameters parameters;

	final VectorSpace space;

	final Links links;

	final Slots slots;

	final EntryPoint entryPoint = new EntryPoint();

	final Supports supports = new Supports();

	final Quantizer quantizer;

	final GraphRepair repair;

	final QueryPlanner planner;

	final Prober prober;

	final ScratchPool scratches;

	final GraphBuilder builder;

	/**
	 * Creates an empty graph.
	 * @param calibration what is known of recall, whatever graph it was learned on
	 */
	Graph(GraphParameters parameters, VectorSpace space, Calibration calibration) {
		this.parameters = parameters;
		this.space = space;
		this.slots = new Slots(space::checksum, space::isSame);
		this.links = new Links(parameters.m());
		RowLocks locks = new RowLocks();
		GraphSearcher searcher = new GraphSearcher(this.links);
		this.builder = new GraphBuilder(parameters, new LinkWriter(this.links, this.supports), this.slots, searcher,
				this.entryPoint, locks);
		this.repair = new GraphRepair(this.links, this.slots, searcher, this.builder, this.entryPoint, this.supports,
				locks);
		this.quantizer = new Quantizer(parameters.quantization(), parameters.seed(), space, this.slots);
		this.planner = new QueryPlanner(space, this.slots, searcher, this.entryPoint, this.quantizer, calibration);
		this.prober = new Prober(space, this.planner, calibration);
		this.scratches = new ScratchPool(() -> new Scratch(space, this.slots, this.links.maxDegree(0)),
				this.slots::now);
	}

	/**
	 * Adds a vector, or replaces the one the id has.
	 * @return {@code false} if there is no live node to link it to
	 */
	boolean tryInsert(Scratch scratch, long id, float[] vector, int level) {
		scratch.exact.query(vector);
		int slot = this.slots.allocate(id, this.scratches::oldestStart, this::prepare);
		ReentrantLock equals = null;
		boolean linking = false;
		try {
			this.space.set(slot, vector);
			// Equal vectors wait for each other: only the first is linked.
			equals = this.slots.equal().lockOf(slot);
			equals.lock();
			// Of the dead, sweeps and repairs leave some where no link leads to.
			int leader = this.slots.equal().find(slot, (node) -> !this.slots.isDead(node));
			linking = true;
			if (leader != EqualVectors.NONE) {
				follow(slot, leader);
			}
			else if (!link(scratch, slot, level)) {
				this.slots.abandon(slot);
				return false;
			}
			this.slots.commit(slot, this.scratches::oldestStart);
			return true;
		}
		catch (RuntimeException | Error ex) {
			// A full disk, a failing source of vectors, no memory: the slot must not stay
			// halfway. A commit that fails has changed nothing.
			this.slots.equal().forget(slot);
			this.slots.giveUp(slot, linking);
			throw ex;
		}
		finally {
			scratch.pairExactly();
			if (equals != null) {
				equals.unlock();
			}
		}
	}

	/** Hangs a slot behind the node of an equal vector. */
	private void follow(int slot, int leader) {
		this.links.reset(slot, 0);
		this.supports.rank(slot, this.supports.nextRank());
		this.quantizer.copy(leader, slot);
		this.slots.equal().follow(slot, leader);
	}

	/** Makes a node of a slot and links it. */
	private boolean link(Scratch scratch, int slot, int level) {
		this.slots.equal().lead(slot);
		scratch.slotLimit = this.slots.count();
		BitPlaneCodes codes = this.quantizer.codes();
		if (codes != null) {
			scratch.encode(codes, slot);
		}
		compareAsForInsertion(scratch, codes);
		if (this.builder.insert(scratch, slot, level)) {
			return true;
		}
		this.slots.equal().forget(slot);
		return false;
	}

	/** Chooses how the vector the exact computer has is compared while it is linked. */
	void compareAsForInsertion(Scratch scratch, @Nullable BitPlaneCodes codes) {
		if (codes == null || this.quantizer.walksExactly()) {
			scratch.walkExactly();
		}
		else {
			scratch.walkOn(codes);
			if (this.quantizer.pairsByCode()) {
				scratch.pairByCode();
			}
		}
	}

	void prepare(int slot) {
		this.space.ensureSlot(slot);
		this.links.ensureSlot(slot);
		this.supports.ensureSlot(slot);
		this.quantizer.ensureSlot(slot);
	}

	/**
	 * Whether most slots are free and a graph of those that are not would take much less
	 * memory. Vectors in a file keep their places, and those of their slots.
	 */
	boolean isSparse() {
		int count = this.slots.count();
		return count >= LEAST_SPARSE && (long) SPARSE * (count - this.slots.free()) <= count
				&& this.slots.victims() == null && this.space.file().isEmpty();
	}

	/** Bytes of heap it takes, without what running searches take. */
	long heapBytes() {
		return this.space.heapBytes() + this.links.heapBytes() + this.slots.heapBytes() + this.supports.heapBytes()
				+ this.quantizer.heapBytes();
	}

}
