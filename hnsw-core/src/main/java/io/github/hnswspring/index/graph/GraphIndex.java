package io.github.hnswspring.index.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import java.util.function.LongPredicate;

import io.github.hnswspring.index.BuildProgress;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.IndexAudit;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.VectorSource;
import io.github.hnswspring.index.snapshot.BlockOutput;
import io.github.hnswspring.index.vector.SplitMix64;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * The index: ids and vectors outside, slots and links inside.
 * <p>
 * Thread-safe. Searches take no lock. Writers share the structure lock and lock single
 * rows; only taking removed nodes out, copying for a save, and auditing hold it alone.
 */
public final class GraphIndex implements HnswIndex {

	/**
	 * A bulk load of this size, and of this share of the index, ends with a check that
	 * everything is reachable.
	 */
	private static final int CHECKED_LOAD = 1000;

	private static final int CHECKED_SHARE = 10;

	/** Ids a predicate is asked about before a filtered search is done again. */
	private static final int ASKED_AHEAD = 1024;

	private final GraphParameters parameters;

	private final LevelAssigner levels;

	private final Calibration calibration;

	private final ReentrantReadWriteLock structure = new ReentrantReadWriteLock();

	private final AtomicLong insertions = new AtomicLong();

	private final RecentQueries recentQueries;

	/**
	 * What searches run on. Replaced under the structure lock alone; whoever changes it
	 * reads it under that lock, and searches read it once.
	 */
	private volatile Graph graph;

	private volatile int efSearch;

	/**
	 * Whether something failed on its way, for lack of memory for example: some links may
	 * be missing until the next change puts them right.
	 */
	private volatile boolean doubtful;

	private volatile boolean closed;

	public GraphIndex(GraphParameters parameters) {
		this(parameters, VectorSpace.onHeap(parameters.dimensions(), parameters.metric()));
	}

	private GraphIndex(GraphParameters parameters, VectorSpace space) {
		this.parameters = parameters;
		this.efSearch = parameters.efSearch();
		this.recentQueries = new RecentQueries(parameters.recentQueries(), parameters.dimensions());
		this.levels = new LevelAssigner(parameters.m(), parameters.seed());
		this.calibration = new Calibration(parameters.targetRecall());
		this.graph = new Graph(parameters, space, this.calibration);
	}

	@Override
	public int dimensions() {
		return this.parameters.dimensions();
	}

	@Override
	public Metric metric() {
		return this.parameters.metric();
	}

	@Override
	public int m() {
		return this.parameters.m();
	}

	@Override
	public int efConstruction() {
		return this.parameters.efConstruction();
	}

	@Override
	public Quantization quantization() {
		return this.parameters.quantization();
	}

	@Override
	public Optional<Path> vectorFile() {
		return this.graph.space.file();
	}

	@Override
	public int efSearch() {
		return this.efSearch;
	}

	@Override
	public void efSearch(int efSearch) {
		if (efSearch < 1) {
			throw new IllegalArgumentException(
					"efSearch must be at least 1, but was " + efSearch + "; set targetRecall to let the index choose");
		}
		this.efSearch = efSearch;
	}

	@Override
	public double targetRecall() {
		return this.calibration.target();
	}

	@Override
	public void targetRecall(double targetRecall) {
		this.calibration.target(HnswIndexBuilder.checkedTarget(targetRecall));
		this.efSearch = 0;
	}

	@Override
	public void add(long id, float[] vector) {
		ensureOpen();
		this.graph.space.check(vector, "vector of id " + id);
		long sequence = this.insertions.getAndIncrement();
		insert(id, vector, sequence);
		maintain(sequence);
	}

	@Override
	public void addAll(long[] ids, float[][] vectors, @Nullable BuildProgress progress) {
		ensureOpen();
		if (ids.length != vectors.length) {
			throw new IllegalArgumentException("There must be one id a vector, but there are " + ids.length
					+ " ids and " + vectors.length + " vectors");
		}
		VectorSpace space = this.graph.space;
		for (int i = 0; i < ids.length; i++) {
			space.check(vectors[i], "vector at position " + i + " (id " + ids[i] + ")");
		}
		int[] order = LastOccurrences.of(ids);
		this.graph.slots.reserve(order.length);
		if (this.graph.quantizer.isTrainableOn(order.length)) {
			alone((graph, scratch) -> graph.quantizer.trainOn(vectors, order, this.insertions.get(),
					this.parameters.threads()));
		}
		insertAll(ids, vectors, order, progress);
		if (order.length >= Math.max(CHECKED_LOAD, size() / CHECKED_SHARE)) {
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
		boolean inserted = underLock(this.structure.readLock(), (graph, scratch) -> {
			probe(graph, scratch, vector, sequence);
			return graph.tryInsert(scratch, id, vector, level);
		});
		if (!inserted) {
			// Only dead nodes about: clear them away with nobody else there.
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
			if (!QueryPlanner.isSmall(2 * size())) {
				Costs.measure();
			}
			alone((graph, scratch) -> graph.quantizer.train(sequence + 1, this.parameters.threads()));
		}
		if (this.graph.repair.isEntryPointNew()) {
			alone(GraphIndex::settleEntryPoint);
		}
		if (this.graph.repair.isDue()) {
			alone((graph, scratch) -> graph.repair.begin(scratch));
		}
		if (this.graph.repair.isSweeping()) {
			underLock(this.structure.readLock(), (graph, scratch) -> {
				graph.repair.step(scratch);
				return true;
			});
			if (this.graph.repair.isSwept()) {
				alone((graph, scratch) -> graph.repair.finish(scratch));
			}
		}
		if (this.graph.isSparse()) {
			alone((graph, scratch) -> shrink());
		}
	}

	/**
	 * Sees to it that everything is reached from a new entry point, unless somebody has:
	 * whoever made it may still be waiting for the lock. Alone.
	 */
	private static void settleEntryPoint(Graph graph, Scratch scratch) {
		if (graph.repair.isEntryPointNew()) {
			graph.repair.makeReachable(scratch);
		}
	}

	/**
	 * Gives back the memory of free slots, if most are. Alone. A copy of what is left is
	 * needed for a moment: where there is no room for it, the next change tries again.
	 */
	private void shrink() {
		if (this.graph.isSparse() && this.graph.heapBytes() / Graph.SPARSE <= freeMemory() / 2) {
			this.graph = Renumbering.of(this.graph, this.calibration);
		}
	}

	/** Changes the graph with nobody else changing it. */
	private void alone(BiConsumer<Graph, Scratch> change) {
		underLock(this.structure.writeLock(), (graph, scratch) -> {
			change.accept(graph, scratch);
			return true;
		});
	}

	private <T> T underLock(Lock lock, BiFunction<Graph, Scratch, T> action) {
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

	@Override
	public boolean remove(long id) {
		ensureOpen();
		if (!this.graph.slots.contains(id)) {
			return false;
		}
		boolean removed = underLock(this.structure.readLock(), (graph, scratch) -> graph.slots.remove(id));
		maintain(this.insertions.get() - 1);
		return removed;
	}

	@Override
	public int size() {
		return this.graph.slots.live();
	}

	@Override
	public boolean contains(long id) {
		ensureOpen();
		return this.graph.slots.contains(id);
	}

	@Override
	public Optional<float[]> vector(long id) {
		ensureOpen();
		Graph current = this.graph;
		Scratch scratch = current.scratches.acquire();
		try {
			int slot = current.slots.slotOf(id);
			if (slot == IdMap.NONE) {
				return Optional.empty();
			}
			float[] vector = new float[dimensions()];
			current.space.get(slot, vector);
			return Optional.of(vector);
		}
		finally {
			current.scratches.release(scratch);
		}
	}

	@Override
	public List<Neighbor> search(VectorQuery query) {
		ensureOpen();
		this.graph.space.check(query.vector(), "query vector");
		LongPredicate predicate = query.predicate();
		if (predicate == null) {
			this.recentQueries.asked(query.vector());
			return searchOnce(query);
		}
		// Whatever the caller's code does, and however long, no slot waits for it.
		KnownIds known = new KnownIds(predicate);
		VectorQuery asked = query.filter((LongPredicate) known);
		for (int ahead = ASKED_AHEAD;; ahead = (int) Math.min(4L * ahead, Slots.MAX_SLOTS)) {
			List<Neighbor> results = searchOnce(asked);
			if (!known.ask()) {
				return results;
			}
			Slots slots = this.graph.slots;
			int count = slots.count();
			if (known.isWorthKnowingAll(count)) {
				known.ensure(count);
				asked = query.filter((IdSet) known);
				ahead = count;
			}
			// The more often it refused, the more is asked before the next round. From
			// the first slot on: they may be numbered anew by now.
			for (int slot = 0; slot < Math.min(count, ahead); slot++) {
				if (!slots.hasDied(slot) && slots.isCommitted(slot)) {
					known.test(slots.id(slot));
				}
			}
			known.ask();
		}
	}

	private List<Neighbor> searchOnce(VectorQuery query) {
		Graph current = this.graph;
		Scratch scratch = current.scratches.acquire();
		try {
			if (current.slots.isSettleDue()) {
				current.slots.settle(current.scratches::oldestStart);
			}
			return current.planner.search(scratch, query, this.efSearch);
		}
		finally {
			current.scratches.release(scratch);
		}
	}

	@Override
	public List<List<Neighbor>> searchAll(float[][] queries, int k) {
		ensureOpen();
		for (int i = 0; i < queries.length; i++) {
			this.graph.space.check(queries[i], "query vector at position " + i);
			VectorQuery.of(queries[i]).k(k);
		}
		@SuppressWarnings({ "unchecked", "rawtypes" })
		List<Neighbor>[] results = new List[queries.length];
		Parallel.forEach(queries.length, this.parameters.threads(), (i) -> results[i] = search(queries[i], k), null);
		return Arrays.asList(results);
	}

	@Override
	public void save(Path path) {
		write(path, true);
	}

	@Override
	public void saveWithoutVectors(Path path) {
		if (this.graph.space.file().isEmpty()) {
			throw new IllegalStateException(
					"The vectors of this index are on the heap; use save, or build it with a vector file");
		}
		write(path, false);
	}

	/**
	 * Writes slots and links as they are at one moment. Changes wait while the links are
	 * copied, or, where the copy would take most of the memory that is left, while they
	 * are written.
	 */
	private GraphSnapshot writeGraph(Graph saved, Scratch pin, BlockOutput out, boolean vectorsInFile)
			throws IOException {
		GraphSnapshot snapshot;
		Lock lock = this.structure.writeLock();
		lock.lock();
		try {
			ensureOpen();
			settleEntryPoint(saved, pin);
			snapshot = new GraphSnapshot(saved, this.insertions.get());
			if (!snapshot.copyLinks(freeMemory() / 2)) {
				snapshot.writeGraph(out, this.parameters, this.efSearch, this.calibration, vectorsInFile);
				return snapshot;
			}
		}
		finally {
			lock.unlock();
		}
		snapshot.writeGraph(out, this.parameters, this.efSearch, this.calibration, vectorsInFile);
		return snapshot;
	}

	/** Bytes of heap that are free without a collection. */
	private static long freeMemory() {
		Runtime runtime = Runtime.getRuntime();
		return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
	}

	private void write(Path path, boolean withVectors) {
		ensureOpen();
		// Holding a scratch keeps the slots of the snapshot from being reused meanwhile.
		Graph saved = this.graph;
		Scratch pin = saved.scratches.acquire();
		try {
			try (BlockOutput out = new BlockOutput(path)) {
				GraphSnapshot snapshot = writeGraph(saved, pin, out, !withVectors);
				if (!withVectors) {
					// What the snapshot only points to must be durable before it.
					saved.space.vectors().force();
				}
				snapshot.writeVectors(out, saved.space, withVectors);
				out.commit();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The index could not be saved to " + path + ": " + ex, ex);
		}
		finally {
			saved.scratches.release(pin);
		}
	}

	/**
	 * An index whose full-precision vectors lie in a new file.
	 * @param parameters the parameters
	 * @param vectorFile must not exist
	 * @return the empty index
	 */
	public static GraphIndex withVectorFile(GraphParameters parameters, Path vectorFile) {
		try {
			return new GraphIndex(parameters,
					VectorSpace.inNewFile(parameters.dimensions(), parameters.metric(), vectorFile));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The vector file " + vectorFile + " could not be created: " + ex, ex);
		}
	}

	/**
	 * Reads an index written by {@link #save}.
	 * @param path the file
	 * @param vectorFile where its vectors lie, or null if the file holds them
	 * @param source has the vectors the vector file lacks
	 * @param shared whether another process owns the vector file
	 * @return the index
	 */
	public static GraphIndex load(Path path, @Nullable Path vectorFile, VectorSource source, boolean shared) {
		try (GraphSnapshotReader reader = new GraphSnapshotReader(path)) {
			GraphParameters parameters = reader.parameters();
			reader.requireVectorFile(vectorFile != null);
			VectorSpace space = (vectorFile != null)
					? VectorSpace.inFile(parameters.dimensions(), parameters.metric(), vectorFile, source, shared)
					: VectorSpace.onHeap(parameters.dimensions(), parameters.metric());
			GraphIndex index = new GraphIndex(parameters, space);
			index.insertions.set(reader.insertions());
			reader.read(index.graph, index.calibration);
			index.graph.entryPoint.settle();
			if (!QueryPlanner.isSmall(index.size())) {
				Costs.measure();
			}
			return index;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The index file " + path + " could not be read: " + ex, ex);
		}
	}

	@Override
	public HnswStatistics statistics() {
		return GraphInspector.statistics(this.graph, (this.efSearch > 0) ? null : this.calibration, this.efSearch);
	}

	@Override
	public IndexAudit audit() {
		IndexAudit links = underLock(this.structure.writeLock(), (graph, scratch) -> {
			settleEntryPoint(graph, scratch);
			return GraphInspector.audit(graph);
		});
		Graph current = this.graph;
		AnswerAudit answers = new AnswerAudit(current.space, current.slots, this::searchOnce);
		List<float[]> members = answers.members();
		return new IndexAudit(links.live(), links.unreachable(), links.withoutIncomingLink(), links.danglingLinks(),
				links.minNorm(), links.maxNorm(), links.components(), links.outDegrees(), links.inDegrees(),
				links.equalGroups(), links.equalVectors(), answers.notFoundByThemselves(),
				answers.recall(members, this.parameters.metric() != Metric.DOT_PRODUCT),
				answers.recall(AnswerAudit.perturbed(members), false), answers.recall(this.recentQueries.all(), false),
				(this.efSearch > 0) ? Double.NaN : this.calibration.target());
	}

	@Override
	public int repair() {
		ensureOpen();
		int mended = underLock(this.structure.writeLock(), (graph, scratch) -> {
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
		return underLock(this.structure.writeLock(), (graph, scratch) -> {
			int slot = graph.slots.slotOf(id);
			if (slot == IdMap.NONE || !isSecondLeader(graph.slots, slot)) {
				return false;
			}
			float[] vector = new float[dimensions()];
			graph.space.get(slot, vector);
			return graph.tryInsert(scratch, id, vector, level);
		});
	}

	@Override
	public void close() {
		// Writers end first; searches read through maps, which stay valid.
		this.structure.writeLock().lock();
		try {
			if (!this.closed) {
				this.closed = true;
				this.graph.space.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The vector file could not be closed: " + ex, ex);
		}
		finally {
			this.structure.writeLock().unlock();
		}
	}

	private void ensureOpen() {
		if (this.closed) {
			throw new IllegalStateException("This index has been closed; build or load a new one");
		}
	}

}
