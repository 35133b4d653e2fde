package io.github.hnswspring.index.graph;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;

import io.github.hnswspring.index.BuildProgress;
import io.github.hnswspring.index.vector.SplitMix64;

import org.jspecify.annotations.Nullable;

/**
 * Changes the graph: adds and removes vectors, and does with each change a share of what
 * keeps the graph in shape.
 * <p>
 * Thread-safe. Writers share the structure lock and lock single rows; only taking removed
 * nodes out, training codes, and what {@link #alone} is given hold it exclusively.
 */
final class GraphWriter {

	/**
	 * Vectors of a bulk load that ends with a check that everything is reachable, if they
	 * are also one in {@value #CHECKED_SHARE} of the index. Both are judgments: the check
	 * reads every link, and a load of that size has taken far longer.
	 */
	private static final int CHECKED_LOAD = 1000;

	private static final int CHECKED_SHARE = 10;

	private final GraphParameters parameters;

	private final LevelAssigner levels;

	private final Calibration calibration;

	private final ReentrantReadWriteLock structure = new ReentrantReadWriteLock();

	private final AtomicLong insertions = new AtomicLong();

	/**
	 * Replaced while the structure lock is held exclusively. Changes read it while they
	 * hold that lock; searches read it once, without.
	 */
	private volatile Graph graph;

	/**
	 * Whether something failed on its way, for lack of memory for example: some links may
	 * be missing until the next change puts them right.
	 */
	private volatile boolean doubtful;

	private volatile boolean closed;

	GraphWriter(GraphParameters parameters, Calibration calibration, Graph graph) {
		this.parameters = parameters;
		this.levels = new LevelAssigner(parameters.m(), parameters.seed());
		this.calibration = calibration;
		this.graph = graph;
	}

	/** The graph that searches run on now. */
	Graph graph() {
		return this.graph;
	}

	/** How many vectors were ever added. */
	long insertions() {
		return this.insertions.get();
	}

	/** Restores that number from a file; before other threads see the index. */
	void insertions(long restored) {
		this.insertions.set(restored);
	}

	/** Adds a checked vector, or replaces the one the id has. */
	void add(long id, float[] vector) {
		long sequence = this.insertions.getAndIncrement();
		insert(id, vector, sequence);
		maintain(sequence);
	}

	/**
	 * Adds checked vectors, on several threads; of an id that occurs more than once the
	 * last vector counts.
	 */
	void addAll(long[] ids, float[][] vectors, @Nullable BuildProgress progress) {
		int[] order = LastOccurrences.of(ids);
		this.graph.slots.reserve(order.length);
		if (this.graph.quantizer.isTrainableOn(order.length)) {
			alone((graph, scratch) -> graph.quantizer.trainOn(vectors, order, this.insertions.get(),
					this.parameters.threads()));
		}
		insertAll(ids, vectors, order, progress);
		if (order.length >= Math.max(CHECKED_LOAD, this.graph.slots.live() / CHECKED_SHARE)) {
			alone((graph, scratch) -> graph.repair.makeReachable(scratch));
		}
		if (progress != null) {
			progress.report(order.length, order.length);
		}
	}

	private void insertAll(long[] ids, float[][] vectors, int[] order, @Nullable BuildProgress progress) {
		long first = this.insertions.getAndAdd(order.length);
		IntConsumer report = (progress != null) ? (done) -> progress.report(done, order.length) : null;
		Parallel.forEach(order.length, this.parameters.threads(), (i) -> {
			insert(ids[order[i]], vectors[order[i]], first + i);
			maintain(first + i);
		}, report);
	}

	private void insert(long id, float[] vector, long sequence) {
		int level = this.levels.level(sequence);
		boolean inserted = call(this.structure.readLock(), (graph, scratch) -> {
			probe(graph, scratch, vector, sequence);
			return graph.tryInsert(scratch, id, vector, level);
		});
		if (!inserted) {
			// The walk met dead nodes only: take them out, then try once more while no
			// other writer can remove what is left.
			alone((graph, scratch) -> {
				graph.repair.removeDead(scratch);
				if (!graph.tryInsert(scratch, id, vector, level)) {
					throw new IllegalStateException("No node to link id " + id + " to; build the index anew");
				}
			});
		}
	}

	/** Now and then, searches for a vector that is not there yet, to learn from it. */
	private void probe(Graph graph, Scratch scratch, float[] vector, long sequence) {
		int live = graph.slots.live();
		long number = this.calibration.dueProbe(sequence, live);
		// What is added again would be found too easily to learn from.
		if (number >= 0 && graph.slots.equal()
			.tryFind(graph.space.checksum(vector), (slot) -> graph.space.isSame(slot, vector)) == EqualVectors.NONE) {
			scratch.exact.query(vector);
			scratch.slotLimit = graph.slots.count();
			graph.prober.probe(scratch, vector, live, number);
			int member = (int) Math.floorMod(SplitMix64.mix(number), (long) scratch.slotLimit);
			if (graph.slots.isLiveNode(member) && graph.slots.isCommitted(member)) {
				float[] known = new float[vector.length];
				graph.space.get(member, known);
				scratch.exact.query(known);
				graph.prober.probeMember(scratch, known);
			}
		}
	}

	/** Removes the vector of an id, and says whether there was one. */
	boolean remove(long id) {
		if (!this.graph.slots.contains(id)) {
			return false;
		}
		boolean removed = call(this.structure.readLock(), (graph, scratch) -> graph.slots.remove(id));
		maintain(this.insertions.get() - 1);
		return removed;
	}

	/**
	 * Does a writer's share of keeping the graph in shape.
	 * @param sequence of the latest insertion, about: a bulk load takes all its numbers
	 * at once
	 */
	private void maintain(long sequence) {
		if (this.doubtful) {
			alone((graph, scratch) -> {
				graph.repair.recover(scratch);
				this.doubtful = false;
			});
		}
		if (this.graph.quantizer.isTrainingDue(sequence + 1)) {
			if (!QueryPlanner.isSmall(2 * this.graph.slots.live())) {
				Costs.measure();
			}
			alone((graph, scratch) -> graph.quantizer.train(sequence + 1, this.parameters.threads()));
		}
		if (this.graph.repair.isEntryPointNew()) {
			alone(GraphWriter::settleEntryPoint);
		}
		if (this.graph.repair.isDue()) {
			alone((graph, scratch) -> graph.repair.begin(scratch));
		}
		if (this.graph.repair.isSweeping()) {
			run(this.structure.readLock(), (graph, scratch) -> graph.repair.step(scratch));
			if (this.graph.repair.isSwept()) {
				alone((graph, scratch) -> graph.repair.finish(scratch));
			}
		}
		if (this.graph.isSparse()) {
			alone((graph, scratch) -> shrink());
		}
	}

	/**
	 * Makes everything reachable from a new entry point, unless that has been done: the
	 * writer that raised the top layer may still be waiting for the lock. Exclusive.
	 */
	static void settleEntryPoint(Graph graph, Scratch scratch) {
		if (graph.repair.isEntryPointNew()) {
			graph.repair.makeReachable(scratch);
		}
	}

	/**
	 * Gives back the memory of free slots, if most are. Exclusive. A copy of what is left
	 * is needed for a moment: where there is no room for it, the next change tries again.
	 */
	private void shrink() {
		if (this.graph.isSparse() && this.graph.heapBytes() / Graph.SPARSE <= Heap.free() / 2) {
			this.graph = Renumbering.of(this.graph, this.calibration);
		}
	}

	/**
	 * Takes all dead nodes out, and links what cannot be reached or was linked twice.
	 * @return how many nodes were mended
	 */
	int repair() {
		int mended = call(exclusive(), (graph, scratch) -> {
			graph.repair.removeDead(scratch);
			int linked = graph.repair.makeReachable(scratch);
			graph.quantizer.check();
			return linked;
		});
		// Files of version 1 have a node for each of several equal vectors.
		Slots slots = this.graph.slots;
		for (int slot = 0; slot < slots.count(); slot++) {
			if (isSecondLeader(slots, slot) && join(slots.id(slot))) {
				mended++;
			}
		}
		maintain(this.insertions.get() - 1);
		return mended;
	}

	private static boolean isSecondLeader(Slots slots, int slot) {
		return slots.isLiveNode(slot) && !slots.hasDied(slot) && slots.isCommitted(slot)
				&& slots.equal().isSecondLeader(slot, (leader) -> !slots.isDead(leader));
	}

	/**
	 * Hangs an id behind the node of an equal vector, if it leads besides that one.
	 * @return whether it did
	 */
	private boolean join(long id) {
		int level = this.levels.level(this.insertions.getAndIncrement());
		return call(exclusive(), (graph, scratch) -> {
			int slot = graph.slots.slotOf(id);
			if (slot == IdMap.NONE || !isSecondLeader(graph.slots, slot)) {
				return false;
			}
			float[] vector = new float[this.parameters.dimensions()];
			graph.space.get(slot, vector);
			return graph.tryInsert(scratch, id, vector, level);
		});
	}

	/** The lock that keeps all writers out; searches go on. */
	Lock exclusive() {
		return this.structure.writeLock();
	}

	/** Changes the graph while no other thread does. */
	private void alone(BiConsumer<Graph, Scratch> change) {
		run(exclusive(), change);
	}

	/** As {@link #call}, for what has no result. */
	private void run(Lock lock, BiConsumer<Graph, Scratch> change) {
		call(lock, (graph, scratch) -> {
			change.accept(graph, scratch);
			return null;
		});
	}

	/** Reads the graph as a writer does, while no other has it alone. */
	<T extends @Nullable Object> T shared(BiFunction<Graph, Scratch, T> action) {
		return call(this.structure.readLock(), action);
	}

	/**
	 * Does something with the graph while a lock is held. If it fails, the graph counts
	 * as doubtful until the next change.
	 */
	<T extends @Nullable Object> T call(Lock lock, BiFunction<Graph, Scratch, T> action) {
		lock.lock();
		try {
			ensureOpen();
			Graph current = this.graph;
			Scratch scratch = current.scratches.acquire();
			try {
				return action.apply(current, scratch);
			}
			finally {
				current.scratches.release(scratch);
			}
		}
		catch (RuntimeException | Error ex) {
			this.doubtful = true;
			throw ex;
		}
		finally {
			lock.unlock();
		}
	}

	/** Ends writers first; searches read through maps, which stay valid. */
	void close() throws IOException {
		exclusive().lock();
		try {
			if (!this.closed) {
				this.closed = true;
				this.graph.space.close();
			}
		}
		finally {
			exclusive().unlock();
		}
	}

	void ensureOpen() {
		if (this.closed) {
			throw new IllegalStateException("This index has been closed; build or load a new one");
		}
	}

}
