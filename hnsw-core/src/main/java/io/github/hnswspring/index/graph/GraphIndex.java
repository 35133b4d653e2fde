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
import java.util.function.IntConsumer;

import io.github.hnswspring.index.BuildProgress;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.index.IndexAudit;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.VectorSource;
import io.github.hnswspring.index.snapshot.BlockOutput;
import io.github.hnswspring.index.vector.BitPlaneCodes;
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

	private final GraphParameters parameters;

	private final LevelAssigner levels;

	private final VectorSpace space;

	private final Links links;

	private final Slots slots = new Slots();

	private final EntryPoint entryPoint = new EntryPoint();

	private final Supports supports = new Supports();

	private final GraphBuilder builder;

	private final GraphRepair repair;

	private final Quantizer quantizer;

	private final QueryPlanner planner;

	private final ScratchPool scratches;

	private final ReentrantReadWriteLock structure = new ReentrantReadWriteLock();

	private final AtomicLong insertions = new AtomicLong();

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
		this.levels = new LevelAssigner(parameters.m(), parameters.seed());
		this.space = space;
		this.links = new Links(parameters.m());
		RowLocks locks = new RowLocks();
		GraphSearcher searcher = new GraphSearcher(this.links);
		this.builder = new GraphBuilder(parameters, this.links, this.slots, searcher, this.entryPoint, this.supports,
				locks);
		this.repair = new GraphRepair(this.links, this.slots, searcher, this.builder, this.entryPoint, this.supports,
				locks);
		this.quantizer = new Quantizer(parameters.quantization(), parameters.seed(), this.space, this.slots);
		this.planner = new QueryPlanner(this.space, this.slots, searcher, this.entryPoint, this.quantizer);
		this.scratches = new ScratchPool(() -> new Scratch(this.space, this.links.maxDegree(0)), this.slots::now);
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
		return this.space.file();
	}

	@Override
	public int efSearch() {
		return this.efSearch;
	}

	@Override
	public void efSearch(int efSearch) {
		if (efSearch < 1) {
			throw new IllegalArgumentException("efSearch must be at least 1, but was " + efSearch);
		}
		this.efSearch = efSearch;
	}

	@Override
	public void add(long id, float[] vector) {
		ensureOpen();
		this.space.check(vector, "vector of id " + id);
		Scratch scratch = this.scratches.acquire();
		try {
			insert(scratch, id, vector, this.insertions.getAndIncrement());
			maintain(scratch);
		}
		finally {
			this.scratches.release(scratch);
		}
	}

	@Override
	public void addAll(long[] ids, float[][] vectors, @Nullable BuildProgress progress) {
		ensureOpen();
		if (ids.length != vectors.length) {
			throw new IllegalArgumentException("There must be one id a vector, but there are " + ids.length
					+ " ids and " + vectors.length + " vectors");
		}
		for (int i = 0; i < ids.length; i++) {
			this.space.check(vectors[i], "vector at position " + i + " (id " + ids[i] + ")");
		}
		int[] order = LastOccurrences.of(ids);
		this.slots.reserve(order.length);
		boolean trained = this.quantizer.isTrainableOn(order.length) && underLock(this.structure.writeLock(),
				() -> this.quantizer.trainOn(vectors, order, this.parameters.threads()));
		try {
			insertAll(ids, vectors, order, progress);
		}
		finally {
			if (trained) {
				this.quantizer.trainedOn();
			}
		}
		if (order.length >= Math.max(CHECKED_LOAD, size() / CHECKED_SHARE)) {
			makeReachable();
		}
		if (progress != null) {
			progress.report(order.length, order.length);
		}
	}

	private void insertAll(long[] ids, float[][] vectors, int[] order, @Nullable BuildProgress progress) {
		long first = this.insertions.getAndAdd(order.length);
		IntConsumer report = (progress != null) ? (done) -> progress.report(done, order.length) : null;
		Parallel.forEach(order.length, this.parameters.threads(), (i) -> {
			Scratch scratch = this.scratches.acquire();
			try {
				insert(scratch, ids[order[i]], vectors[order[i]], first + i);
				maintain(scratch);
			}
			finally {
				this.scratches.release(scratch);
			}
		}, report);
	}

	private void insert(Scratch scratch, long id, float[] vector, long sequence) {
		int level = this.levels.level(sequence);
		boolean inserted = underLock(this.structure.readLock(), () -> tryInsert(scratch, id, vector, level));
		if (!inserted) {
			// Only dead nodes about: clear them away with nobody else there.
			underLock(this.structure.writeLock(), () -> {
				this.repair.removeDead(scratch);
				if (!tryInsert(scratch, id, vector, level)) {
					throw new IllegalStateException("No node to link id " + id + " to; build the index anew");
				}
				return true;
			});
		}
	}

	private boolean tryInsert(Scratch scratch, long id, float[] vector, int level) {
		scratch.exact.query(vector);
		int slot = this.slots.allocate(id, this.scratches::oldestStart, this::prepare);
		boolean linking = false;
		try {
			this.space.set(slot, vector);
			scratch.slotLimit = this.slots.count();
			BitPlaneCodes codes = this.quantizer.codes();
			if (codes != null) {
				scratch.encode(codes, slot);
			}
			scratch.walkOn(codes, this.quantizer.walkOnAllPlanes());
			if (codes != null && !this.quantizer.walkOnAllPlanes()) {
				scratch.pairByCode();
			}
			linking = true;
			if (!this.builder.insert(scratch, slot, level)) {
				this.slots.abandon(slot);
				return false;
			}
			this.slots.commit(slot, this.scratches::oldestStart);
			return true;
		}
		catch (RuntimeException | Error ex) {
			// A full disk, a failing source of vectors, no memory: the slot must not stay
			// halfway. A commit that fails has changed nothing.
			this.slots.giveUp(slot, linking);
			throw ex;
		}
		finally {
			scratch.pairExactly();
		}
	}

	private void prepare(int slot) {
		this.space.ensureSlot(slot);
		this.links.ensureSlot(slot);
		this.supports.ensureSlot(slot);
		this.quantizer.ensureSlot(slot);
	}

	/** Does a writer's share of keeping the graph in shape. */
	private void maintain(Scratch scratch) {
		if (this.doubtful) {
			underLock(this.structure.writeLock(), () -> {
				this.repair.recover(scratch);
				this.doubtful = false;
				return true;
			});
		}
		if (this.quantizer.isTrainingDue()) {
			underLock(this.structure.writeLock(), () -> {
				this.quantizer.train(this.parameters.threads());
				return true;
			});
		}
		if (this.repair.isEntryPointNew()) {
			// Asked again: others who saw it new may have waited for the same lock.
			underLock(this.structure.writeLock(),
					() -> this.repair.isEntryPointNew() && this.repair.makeReachable(scratch) >= 0);
		}
		if (this.repair.isDue()) {
			underLock(this.structure.writeLock(), () -> {
				this.repair.begin(scratch);
				return true;
			});
		}
		if (this.repair.isSweeping()) {
			underLock(this.structure.readLock(), () -> {
				this.repair.step(scratch);
				return true;
			});
			if (this.repair.isSwept()) {
				underLock(this.structure.writeLock(), () -> {
					this.repair.finish(scratch);
					return true;
				});
			}
		}
	}

	private void makeReachable() {
		Scratch scratch = this.scratches.acquire();
		try {
			underLock(this.structure.writeLock(), () -> this.repair.makeReachable(scratch) >= 0);
		}
		finally {
			this.scratches.release(scratch);
		}
	}

	private interface Action {

		boolean run();

	}

	private boolean underLock(Lock lock, Action action) {
		lock.lock();
		try {
			ensureOpen();
			return action.run();
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
		if (!this.slots.contains(id)) {
			return false;
		}
		Scratch scratch = this.scratches.acquire();
		try {
			boolean removed = underLock(this.structure.readLock(), () -> this.slots.remove(id));
			maintain(scratch);
			return removed;
		}
		finally {
			this.scratches.release(scratch);
		}
	}

	@Override
	public int size() {
		return this.slots.live();
	}

	@Override
	public boolean contains(long id) {
		ensureOpen();
		return this.slots.contains(id);
	}

	@Override
	public Optional<float[]> vector(long id) {
		ensureOpen();
		Scratch scratch = this.scratches.acquire();
		try {
			int slot = this.slots.slotOf(id);
			if (slot == IdMap.NONE) {
				return Optional.empty();
			}
			float[] vector = new float[dimensions()];
			this.space.get(slot, vector);
			return Optional.of(vector);
		}
		finally {
			this.scratches.release(scratch);
		}
	}

	@Override
	public List<Neighbor> search(VectorQuery query) {
		ensureOpen();
		this.space.check(query.vector(), "query vector");
		Scratch scratch = this.scratches.acquire();
		try {
			if (this.slots.isSettleDue()) {
				this.slots.settle(this.scratches::oldestStart);
			}
			return this.planner.search(scratch, query, this.efSearch);
		}
		finally {
			this.scratches.release(scratch);
		}
	}

	@Override
	public List<List<Neighbor>> searchAll(float[][] queries, int k) {
		ensureOpen();
		for (int i = 0; i < queries.length; i++) {
			this.space.check(queries[i], "query vector at position " + i);
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
		if (this.space.file().isEmpty()) {
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
	private GraphSnapshot writeGraph(BlockOutput out, boolean vectorsInFile) throws IOException {
		GraphSnapshot snapshot;
		Lock lock = this.structure.writeLock();
		lock.lock();
		try {
			ensureOpen();
			snapshot = new GraphSnapshot(this.links, this.slots, this.supports, this.entryPoint, this.quantizer,
					this.insertions.get());
			if (!snapshot.copyLinks(freeMemory() / 2)) {
				snapshot.writeGraph(out, this.parameters, this.efSearch, vectorsInFile);
				return snapshot;
			}
		}
		finally {
			lock.unlock();
		}
		snapshot.writeGraph(out, this.parameters, this.efSearch, vectorsInFile);
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
		Scratch pin = this.scratches.acquire();
		try {
			try (BlockOutput out = new BlockOutput(path)) {
				GraphSnapshot snapshot = writeGraph(out, !withVectors);
				if (!withVectors) {
					// What the snapshot only points to must be durable before it.
					this.space.vectors().force();
				}
				snapshot.writeVectors(out, this.space, withVectors);
				out.commit();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The index could not be saved to " + path + ": " + ex, ex);
		}
		finally {
			this.scratches.release(pin);
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
			reader.read(index.links, index.slots, index.supports, index.entryPoint, index.space, index.quantizer);
			index.entryPoint.settle();
			return index;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The index file " + path + " could not be read: " + ex, ex);
		}
	}

	@Override
	public HnswStatistics statistics() {
		return GraphInspector.statistics(this.space, this.links, this.slots, this.supports, this.quantizer);
	}

	@Override
	public IndexAudit audit() {
		IndexAudit[] audit = new IndexAudit[1];
		underLock(this.structure.writeLock(), () -> {
			audit[0] = GraphInspector.audit(this.space, this.links, this.slots, this.entryPoint);
			return true;
		});
		return audit[0];
	}

	@Override
	public void close() {
		// Writers end first; searches read through maps, which stay valid.
		this.structure.writeLock().lock();
		try {
			if (!this.closed) {
				this.closed = true;
				this.space.close();
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
