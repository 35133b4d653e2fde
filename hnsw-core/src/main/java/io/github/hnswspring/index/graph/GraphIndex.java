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
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
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

	/** Ids a predicate is asked about before a filtered search is done again. */
	private static final int ASKED_AHEAD = 1024;

	private final GraphParameters parameters;

	private final LevelAssigner levels;

	private final VectorSpace space;

	private final Links links;

	private final Slots slots;

	private final EntryPoint entryPoint = new EntryPoint();

	private final Supports supports = new Supports();

	private final GraphBuilder builder;

	private final GraphRepair repair;

	private final Quantizer quantizer;

	private final Calibration calibration;

	private final QueryPlanner planner;

	private final Prober prober;

	private final ScratchPool scratches;

	private final ReentrantReadWriteLock structure = new ReentrantReadWriteLock();

	private final AtomicLong insertions = new AtomicLong();

	private final RecentQueries recentQueries;

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
		this.space = space;
		this.slots = new Slots(space::checksum, space::isSame);
		this.links = new Links(parameters.m());
		RowLocks locks = new RowLocks();
		GraphSearcher searcher = new GraphSearcher(this.links);
		this.builder = new GraphBuilder(parameters, this.links, this.slots, searcher, this.entryPoint, this.supports,
				locks);
		this.repair = new GraphRepair(this.links, this.slots, searcher, this.builder, this.entryPoint, this.supports,
				locks);
		this.quantizer = new Quantizer(parameters.quantization(), parameters.seed(), this.space, this.slots);
		this.calibration = new Calibration(parameters.targetRecall());
		this.planner = new QueryPlanner(this.space, this.slots, searcher, this.entryPoint, this.quantizer,
				this.calibration);
		this.prober = new Prober(this.planner, this.calibration);
		this.scratches = new ScratchPool(() -> new Scratch(this.space, this.slots, this.links.maxDegree(0)),
				this.slots::now);
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
		this.space.check(vector, "vector of id " + id);
		Scratch scratch = this.scratches.acquire();
		try {
			long sequence = this.insertions.getAndIncrement();
			insert(scratch, id, vector, sequence);
			maintain(scratch, sequence);
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
		if (this.quantizer.isTrainableOn(order.length)) {
			underLock(this.structure.writeLock(), () -> {
				this.quantizer.trainOn(vectors, order, this.insertions.get(), this.parameters.threads());
				return true;
			});
		}
		insertAll(ids, vectors, order, progress);
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
				maintain(scratch, first + i);
			}
			finally {
				this.scratches.release(scratch);
			}
		}, report);
	}

	private void insert(Scratch scratch, long id, float[] vector, long sequence) {
		int level = this.levels.level(sequence);
		boolean inserted = underLock(this.structure.readLock(), () -> {
			probe(scratch, vector, sequence);
			return tryInsert(scratch, id, vector, level);
		});
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

	/** Now and then, searches for a vector that is not there yet, to learn from it. */
	private void probe(Scratch scratch, float[] vector, long sequence) {
		int live = size();
		long number = this.calibration.dueProbe(sequence, live);
		// What is added again would be found too easily to learn from.
		if (number >= 0 && this.slots.equal()
			.tryFind(this.space.checksum(vector), (slot) -> this.space.isSame(slot, vector)) == EqualVectors.NONE) {
			scratch.exact.query(vector);
			scratch.slotLimit = this.slots.count();
			this.prober.probe(scratch, vector, live, number);
		}
	}

	private boolean tryInsert(Scratch scratch, long id, float[] vector, int level) {
		scratch.exact.query(vector);
		int slot = this.slots.allocate(id, this.scratches::oldestStart, this::prepare);
		ReentrantLock equals = null;
		boolean linking = false;
		try {
			this.space.set(slot, vector);
			// Equal vectors wait for each other: only the first is linked.
			equals = this.slots.equal().lockOf(slot);
			equals.lock();
			int leader = this.slots.equal().find(slot, (node) -> !this.slots.isVictim(node));
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
		if (codes == null || this.quantizer.walksExactly()) {
			scratch.walkExactly();
		}
		else {
			scratch.walkOn(codes);
			if (this.quantizer.pairsByCode()) {
				scratch.pairByCode();
			}
		}
		if (this.builder.insert(scratch, slot, level)) {
			return true;
		}
		this.slots.equal().forget(slot);
		return false;
	}

	private void prepare(int slot) {
		this.space.ensureSlot(slot);
		this.links.ensureSlot(slot);
		this.supports.ensureSlot(slot);
		this.quantizer.ensureSlot(slot);
	}

	/**
	 * Does a writer's share of keeping the graph in shape.
	 * @param sequence of the latest insertion, about: a bulk load takes all its numbers
	 * at once
	 */
	private void maintain(Scratch scratch, long sequence) {
		if (this.doubtful) {
			underLock(this.structure.writeLock(), () -> {
				this.repair.recover(scratch);
				this.doubtful = false;
				return true;
			});
		}
		if (this.quantizer.isTrainingDue(sequence + 1)) {
			if (!QueryPlanner.isSmall(2 * size())) {
				Costs.measure();
			}
			underLock(this.structure.writeLock(), () -> {
				this.quantizer.train(sequence + 1, this.parameters.threads());
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
			maintain(scratch, this.insertions.get() - 1);
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
		LongPredicate predicate = query.predicate();
		if (predicate == null) {
			this.recentQueries.asked(query.vector());
			return searchOnce(query);
		}
		// Whatever the caller's code does, and however long, no slot waits for it.
		KnownIds known = new KnownIds(predicate);
		VectorQuery asked = query.filter((LongPredicate) known);
		int next = 0;
		for (int ahead = ASKED_AHEAD;; ahead *= 4) {
			List<Neighbor> results = searchOnce(asked);
			if (!known.ask()) {
				return results;
			}
			int count = this.slots.count();
			if (known.isWorthKnowingAll(count)) {
				known.ensure(count);
				asked = query.filter((IdSet) known);
				ahead = count;
			}
			// The more often it refused, the more is asked before the next round.
			for (int end = (int) Math.min(count, (long) next + ahead); next < end; next++) {
				if (!this.slots.hasDied(next) && this.slots.isCommitted(next)) {
					known.test(this.slots.id(next));
				}
			}
			known.ask();
		}
	}

	private List<Neighbor> searchOnce(VectorQuery query) {
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
			reader.read(index.links, index.slots, index.supports, index.entryPoint, index.space, index.quantizer,
					index.calibration);
			index.entryPoint.settle();
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
		return GraphInspector.statistics(this.space, this.links, this.slots, this.supports, this.quantizer,
				(this.efSearch > 0) ? null : this.calibration, this.efSearch);
	}

	@Override
	public IndexAudit audit() {
		IndexAudit[] audit = new IndexAudit[1];
		underLock(this.structure.writeLock(), () -> {
			audit[0] = GraphInspector.audit(this.space, this.links, this.slots, this.entryPoint);
			return true;
		});
		IndexAudit links = audit[0];
		AnswerAudit answers = new AnswerAudit(this.space, this.slots, this::searchOnce);
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
		int mended = 0;
		Scratch scratch = this.scratches.acquire();
		try {
			int[] linked = new int[1];
			underLock(this.structure.writeLock(), () -> {
				this.repair.removeDead(scratch);
				linked[0] = this.repair.makeReachable(scratch);
				this.quantizer.check();
				return true;
			});
			mended = linked[0];
		}
		finally {
			this.scratches.release(scratch);
		}
		// Files of version 1 have a node for each of several equal vectors.
		for (int slot = 0; slot < this.slots.count(); slot++) {
			if (this.slots.isLiveNode(slot) && !this.slots.hasDied(slot) && this.slots.isCommitted(slot)
					&& this.slots.equal().isSecondLeader(slot)) {
				float[] vector = new float[dimensions()];
				this.space.get(slot, vector);
				add(this.slots.id(slot), vector);
				mended++;
			}
		}
		return mended;
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
