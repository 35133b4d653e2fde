package io.github.hnswspring.index.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongPredicate;

import io.github.hnswspring.index.BuildProgress;
import io.github.hnswspring.index.GraphView;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.IndexAudit;
import io.github.hnswspring.index.InsertionView;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.index.RecallSample;
import io.github.hnswspring.index.SearchTrace;
import io.github.hnswspring.index.VectorInspection;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.index.VectorSource;
import io.github.hnswspring.index.vector.VectorSpace;

import org.jspecify.annotations.Nullable;

/**
 * The index: ids and vectors outside, slots and links inside.
 * <p>
 * Thread-safe. Searches take no lock; {@link GraphWriter} has those of writers, and
 * copying for a save and auditing take them too.
 */
public final class GraphIndex implements HnswIndex {

	/**
	 * Ids a predicate is asked about before a filtered search is done again, so that the
	 * next round meets few that were not asked about. A judgment.
	 */
	private static final int ASKED_AHEAD = 1024;

	private final GraphParameters parameters;

	private final Calibration calibration;

	private final RecentQueries recentQueries;

	private final GraphWriter writer;

	private final GraphSaver saver;

	private volatile int efSearch;

	public GraphIndex(GraphParameters parameters) {
		this(parameters, VectorSpace.onHeap(parameters.dimensions(), parameters.metric()));
	}

	private GraphIndex(GraphParameters parameters, VectorSpace space) {
		this.parameters = parameters;
		this.efSearch = parameters.efSearch();
		this.recentQueries = new RecentQueries(parameters.recentQueries(), parameters.dimensions());
		this.calibration = new Calibration(parameters.targetRecall());
		this.writer = new GraphWriter(parameters, this.calibration, new Graph(parameters, space, this.calibration));
		this.saver = new GraphSaver(parameters, this.calibration, this.writer);
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
		return graph().space.file();
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
		graph().space.check(vector, "vector of id " + id);
		this.writer.add(id, vector);
	}

	@Override
	public void addAll(long[] ids, float[][] vectors, @Nullable BuildProgress progress) {
		ensureOpen();
		if (ids.length != vectors.length) {
			throw new IllegalArgumentException("There must be one id per vector, but there are " + ids.length
					+ " ids and " + vectors.length + " vectors");
		}
		VectorSpace space = graph().space;
		for (int i = 0; i < ids.length; i++) {
			space.check(vectors[i], "vector at position " + i + " (id " + ids[i] + ")");
		}
		this.writer.addAll(ids, vectors, progress);
	}

	@Override
	public boolean remove(long id) {
		ensureOpen();
		return this.writer.remove(id);
	}

	@Override
	public int size() {
		return graph().slots.live();
	}

	@Override
	public boolean contains(long id) {
		ensureOpen();
		return graph().slots.contains(id);
	}

	@Override
	public Optional<float[]> vector(long id) {
		ensureOpen();
		Graph current = graph();
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
		graph().space.check(query.vector(), "query vector");
		LongPredicate predicate = query.predicate();
		if (predicate == null) {
			this.recentQueries.asked(query.vector());
			return searchOnce(query, this.recentQueries.areKept());
		}
		return asking(query, predicate, (asked) -> searchOnce(asked, false));
	}

	/**
	 * Searches until the predicate has been asked about every id that is met. Whatever
	 * the caller's code does, and however long, no slot waits for it.
	 */
	private <T> T asking(VectorQuery query, LongPredicate predicate, Function<VectorQuery, T> search) {
		KnownIds known = new KnownIds(predicate);
		VectorQuery asked = query.filter((LongPredicate) known);
		for (int ahead = ASKED_AHEAD;; ahead = (int) Math.min(4L * ahead, Slots.MAX_SLOTS)) {
			T results = search.apply(asked);
			if (!known.ask()) {
				return results;
			}
			Slots slots = graph().slots;
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

	/**
	 * Searches.
	 * @param learns whether it is a query like others that are asked
	 */
	private List<Neighbor> searchOnce(VectorQuery query, boolean learns) {
		Graph current = graph();
		Scratch scratch = current.scratches.acquire();
		try {
			if (current.slots.isSettleDue()) {
				current.slots.settle(current.scratches::oldestStart);
			}
			List<Neighbor> results = current.planner.search(scratch, query, this.efSearch);
			if (learns && scratch.isTypical) {
				current.prober.learnFrom(scratch, query);
			}
			return results;
		}
		finally {
			current.scratches.release(scratch);
		}
	}

	@Override
	public SearchTrace trace(VectorQuery query) {
		ensureOpen();
		graph().space.check(query.vector(), "query vector");
		LongPredicate predicate = query.predicate();
		return (predicate != null) ? asking(query, predicate, this::traceOnce) : traceOnce(query);
	}

	private SearchTrace traceOnce(VectorQuery query) {
		Graph current = graph();
		Scratch scratch = current.scratches.acquire();
		try {
			if (current.slots.isSettleDue()) {
				// As before a search, which would walk otherwise if it were not done.
				current.slots.settle(current.scratches::oldestStart);
			}
			return current.planner.trace(scratch, query, this.efSearch);
		}
		finally {
			current.scratches.release(scratch);
		}
	}

	@Override
	public Optional<VectorInspection> inspect(long id) {
		ensureOpen();
		Graph current = graph();
		Scratch scratch = current.scratches.acquire();
		try {
			return VectorInspector.inspect(current, scratch, id);
		}
		finally {
			current.scratches.release(scratch);
		}
	}

	@Override
	public GraphView view(VectorQuery query, int nodes, long... ids) {
		ensureOpen();
		graph().space.check(query.vector(), "query vector");
		GraphViewer.check(query, nodes);
		Graph current = graph();
		Scratch scratch = current.scratches.acquire();
		try {
			return GraphViewer.view(current, scratch, query, this.efSearch, nodes, ids);
		}
		finally {
			current.scratches.release(scratch);
		}
	}

	@Override
	public Optional<InsertionView> viewInsertion(long id, int nodes) {
		GraphViewer.check(nodes);
		// Beside other writers, as an insertion is: while they wait nothing is coded
		// anew.
		return this.writer.shared((graph, scratch) -> InsertionViewer.view(graph, scratch, id, nodes));
	}

	@Override
	public List<List<Neighbor>> searchAll(float[][] queries, int k) {
		ensureOpen();
		for (int i = 0; i < queries.length; i++) {
			graph().space.check(queries[i], "query vector at position " + i);
			VectorQuery.of(queries[i]).k(k);
		}
		@SuppressWarnings({ "unchecked", "rawtypes" })
		List<Neighbor>[] results = new List[queries.length];
		Parallel.forEach(queries.length, this.parameters.threads(), (i) -> results[i] = search(queries[i], k), null);
		return Arrays.asList(results);
	}

	@Override
	public void save(Path path) {
		this.saver.save(path, this.efSearch, true);
	}

	@Override
	public void saveWithoutVectors(Path path) {
		if (graph().space.file().isEmpty()) {
			throw new IllegalStateException(
					"The vectors of this index are on the heap; use save, or build it with a vector file");
		}
		this.saver.save(path, this.efSearch, false);
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
			GraphParameters parameters = reader.header().parameters();
			reader.requireVectorFile(vectorFile != null);
			VectorSpace space = (vectorFile != null)
					? VectorSpace.inFile(parameters.dimensions(), parameters.metric(), vectorFile, source, shared)
					: VectorSpace.onHeap(parameters.dimensions(), parameters.metric());
			GraphIndex index = new GraphIndex(parameters, space);
			index.writer.insertions(reader.header().insertions());
			reader.read(index.graph(), index.calibration);
			index.graph().entryPoint.settle();
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
		return GraphInspector.statistics(graph(), (this.efSearch > 0) ? null : this.calibration, this.efSearch);
	}

	@Override
	public IndexAudit audit() {
		IndexAudit links = this.writer.call(this.writer.exclusive(), (graph, scratch) -> {
			GraphWriter.settleEntryPoint(graph, scratch);
			return GraphInspector.audit(graph);
		});
		Graph current = graph();
		AnswerAudit answers = new AnswerAudit(current.space, current.slots, (query) -> searchOnce(query, false));
		List<float[]> members = members(current, answers);
		return new IndexAudit(links.live(), links.unreachable(), links.withoutIncomingLink(), links.danglingLinks(),
				links.minNorm(), links.maxNorm(), links.components(), links.outDegrees(), links.inDegrees(),
				links.equalGroups(), links.equalVectors(), answers.notFoundByThemselves(),
				answers.recall(members, this.parameters.metric() != Metric.DOT_PRODUCT),
				answers.recall(AnswerAudit.perturbed(members), false), answers.recall(this.recentQueries.all(), false),
				(this.efSearch > 0) ? Double.NaN : this.calibration.target());
	}

	@Override
	public RecallSample sampleRecall() {
		ensureOpen();
		Graph current = graph();
		AnswerAudit answers = new AnswerAudit(current.space, current.slots, (query) -> searchOnce(query, false));
		return new RecallSample(answers.recall(members(current, answers), false),
				answers.recall(this.recentQueries.all(), false),
				(this.efSearch > 0) ? Double.NaN : this.calibration.target());
	}

	/** No slot may be used again while its vector is read, or put right. */
	private static List<float[]> members(Graph graph, AnswerAudit answers) {
		Scratch pin = graph.scratches.acquire();
		try {
			return answers.members();
		}
		finally {
			graph.scratches.release(pin);
		}
	}

	@Override
	public int repair() {
		ensureOpen();
		return this.writer.repair();
	}

	@Override
	public void close() {
		try {
			this.writer.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The vector file could not be closed: " + ex, ex);
		}
	}

	private Graph graph() {
		return this.writer.graph();
	}

	private void ensureOpen() {
		this.writer.ensureOpen();
	}

}
