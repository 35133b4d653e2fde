package io.github.hnswspring.vectorstore.derived;

import java.sql.SQLException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.options.OtherGenerationException;
import io.github.hnswspring.vectorstore.options.StoreIdentity;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * The index that serves searches, the one being built if another is, and the vectors on
 * their way into them. Thread-safe: searches never wait; everything that changes runs
 * under the database's writer lock.
 */
final class IndexManager {

	private static final Log logger = LogFactory.getLog(IndexManager.class);

	// How long a writer waits for searches that may still need the rows it removed.
	private static final Duration LONGEST_SEARCH = Duration.ofSeconds(1);

	private final StoreOptions options;

	private final IndexFactory indexes;

	private final StoreIdentity identity;

	private volatile @Nullable CoveredIndex serving;

	// The same as serving while the first index is built; another one when parameters
	// changed and the old index goes on serving.
	private volatile @Nullable CoveredIndex building;

	// Committed, or about to be, but not in the index yet.
	private volatile PendingVectors pending = PendingVectors.NONE;

	// Beyond it rows wait, to be put in together; COMPLETE if none do.
	private volatile long postponed = CoveredIndex.COMPLETE;

	// Rows whose way into the index failed; the maintenance thread tries again.
	private volatile boolean behind;

	private volatile long appliedChange;

	private final SearchEpochs epochs = new SearchEpochs();

	IndexManager(StoreOptions options, IndexFactory indexes, StoreIdentity identity) {
		this.options = options;
		this.indexes = indexes;
		this.identity = identity;
	}

	/** Begins with an index, or with none if the dimensions are unknown. */
	void start(@Nullable CoveredIndex serving, @Nullable CoveredIndex building, long appliedChange) {
		this.serving = serving;
		this.building = building;
		this.appliedChange = appliedChange;
	}

	@Nullable CoveredIndex serving() {
		return this.serving;
	}

	@Nullable CoveredIndex building() {
		return this.building;
	}

	/** Whether searches compare with every row, because no index has them all. */
	boolean isSearchedExactly() {
		CoveredIndex current = this.serving;
		return current == null || !current.isComplete();
	}

	long appliedChange() {
		return this.appliedChange;
	}

	boolean isBehind() {
		return this.behind;
	}

	/**
	 * Takes note of an index that is complete: it replaces the serving one, unless its
	 * vectors are of a model that does not answer yet.
	 */
	void finished(CoveredIndex target) {
		if (target.generation() == generation()) {
			serveBuilding();
		}
	}

	/** Replaces the serving index by the one that was built. */
	void serveBuilding() {
		CoveredIndex finished = this.building;
		CoveredIndex former = this.serving;
		this.serving = finished;
		this.building = null;
		if (former != null && finished != null && former.generation() != finished.generation()) {
			// Whatever is on its way is of a model that answers no longer.
			this.pending = PendingVectors.NONE;
		}
		if (former != null && former != finished) {
			former.index().close();
		}
	}

	/** Lets go of an index that is being built of vectors nobody is to search. */
	void abandonOthers(Generations generations) {
		CoveredIndex next = this.building;
		if (next != null && next != this.serving && generations.inUse(next.generation()) == null) {
			this.building = null;
			next.index().close();
		}
	}

	/**
	 * Lets go of an index for a model that does not answer yet; it may be begun anew.
	 * @return its mapped bytes, 0 if there is none
	 */
	long abandonNext() {
		CoveredIndex next = this.building;
		if (next == null || next == this.serving || next.generation() == generation()) {
			return 0;
		}
		long mappedBytes = next.index().statistics().mappedBytes();
		this.building = null;
		next.index().close();
		return mappedBytes;
	}

	/** Begins to build another index beside the serving one. */
	void startBuilding(CoveredIndex next) {
		this.building = next;
	}

	/** Begins anew with an empty index that is built in the background. */
	void restart(long change) {
		List<CoveredIndex> former = present();
		ModelGeneration current = this.identity.current();
		CoveredIndex fresh = (current.dimensions() > 0)
				? new CoveredIndex(this.indexes.newIndex(current.dimensions()), current.number(), 0) : null;
		this.building = fresh;
		this.serving = fresh;
		this.appliedChange = change;
		former.forEach((one) -> one.index().close());
	}

	/**
	 * Leaves rows beyond a key to the builder, which waits until {@link #resume}. What is
	 * in the index stays there and is searched; the others are compared one by one.
	 */
	void postpone(long key) {
		CoveredIndex current = this.serving;
		this.postponed = key;
		if (current != null && current.isComplete()) {
			current.covered(key);
			if (this.building == null) {
				this.building = current;
			}
		}
	}

	/** Has the builder begin. */
	void resume() {
		this.postponed = CoveredIndex.COMPLETE;
	}

	/** Whether the builder has to wait, as more rows are to come. */
	boolean isPostponed() {
		return this.postponed != CoveredIndex.COMPLETE;
	}

	/** Lets searches see rows that are about to be committed, as soon as they are. */
	void announce(RowChanges changes) {
		this.pending = this.pending.plus(changes.added(generation()));
		present().forEach((index) -> index.secure(changes.removed(index.generation())));
	}

	/** Of the vectors that searches compare with. */
	private int generation() {
		return generation(this.serving);
	}

	private int generation(@Nullable CoveredIndex current) {
		return (current != null) ? current.generation() : this.identity.current().number();
	}

	/** Takes back what was announced by a transaction that failed. */
	void withdraw(PendingVectors before) {
		this.pending = before;
	}

	PendingVectors pending() {
		return this.pending;
	}

	/**
	 * Follows a committed transaction. New rows go in before old ones go out, so that a
	 * search finds one version of a document or the other, never neither; and old ones
	 * only when no search is left that chose its rows before the commit.
	 */
	void apply(RowChanges changes) {
		try {
			PendingVectors added = changes.added(generation());
			if (!added.isEmpty() && this.serving == null) {
				CoveredIndex first = new CoveredIndex(this.indexes.newIndex(added.vectors()[0].length), generation(),
						this.postponed);
				if (!first.isComplete()) {
					this.building = first;
				}
				this.serving = first;
			}
			List<CoveredIndex> present = present();
			present.forEach((index) -> index.add(changes.added(index.generation())));
			boolean removes = present.stream().anyMatch((index) -> !changes.removed(index.generation()).isEmpty());
			if (removes && !this.epochs.awaitEarlier(LONGEST_SEARCH)) {
				logger.debug("A search takes longer than " + LONGEST_SEARCH + "; a document replaced meanwhile may "
						+ "be missing from its result");
			}
			present.forEach((index) -> index.remove(changes.removed(index.generation())));
			// Whatever failed before was found again in the change log.
			this.behind = false;
			this.pending = PendingVectors.NONE;
			this.appliedChange = changes.lastChange();
		}
		catch (RuntimeException | Error ex) {
			// The rows are committed: nothing is taken back. They stay pending, where
			// searches see them, until the maintenance thread gets them in.
			this.behind = true;
			logger.error("Committed rows could not be put into the index; they are searched one by one "
					+ "until a further attempt succeeds", ex);
		}
	}

	/**
	 * Searches all committed rows.
	 * @param query what to find; its ids are row keys
	 * @param generation of its vector
	 * @param connection reads rows the index lacks
	 * @param learning whether the index learns from it how it is asked
	 * @return the nearest
	 * @throws OtherGenerationException if vectors of that generation do not answer
	 */
	List<Neighbor> search(VectorQuery query, int generation, SqlConnection connection, boolean learning)
			throws SQLException {
		while (true) {
			// In this order: a row leaves the pending ones only after it is in the index.
			PendingVectors arriving = this.pending;
			CoveredIndex current = this.serving;
			if (generation != generation(current)) {
				throw new OtherGenerationException(generation);
			}
			try {
				return search(query, connection, learning, arriving, current);
			}
			catch (IllegalStateException ex) {
				// A finished rebuild took its place, and it was closed, just before the
				// search began.
				if (current == this.serving) {
					throw ex;
				}
			}
		}
	}

	private List<Neighbor> search(VectorQuery query, SqlConnection connection, boolean learning,
			PendingVectors arriving, @Nullable CoveredIndex current) throws SQLException {
		if (current == null && arriving.isEmpty()) {
			return List.of();
		}
		// Read before the search: the reach grows only after the rows are in.
		long covered = (current != null) ? current.covered() : 0;
		if (covered == CoveredIndex.COMPLETE && arriving.isEmpty() && current != null) {
			return search(current.index(), query, learning);
		}
		ExactScan scan = new ExactScan(query, this.options.metric());
		scan.visit(arriving);
		if (current != null) {
			scan.accept(search(current.index(), (covered == CoveredIndex.COMPLETE) ? query : query.exact(), learning));
			if (covered != CoveredIndex.COMPLETE) {
				EmbeddingTable.scan(connection, current.generation(), covered, -1, scan::visit);
			}
		}
		return scan.results();
	}

	private static List<Neighbor> search(HnswIndex index, VectorQuery query, boolean learning) {
		return learning ? index.search(query) : index.trace(query).results();
	}

	/** The vector files in use. */
	Set<Path> vectorFiles() {
		Set<Path> files = new HashSet<>();
		present().forEach((one) -> one.index().vectorFile().ifPresent(files::add));
		return files;
	}

	/**
	 * The index that serves, if there is one, then the one being built if it is another.
	 */
	List<CoveredIndex> present() {
		CoveredIndex current = this.serving;
		CoveredIndex next = this.building;
		List<CoveredIndex> present = new ArrayList<>(2);
		if (current != null) {
			present.add(current);
		}
		if (next != null && next != current) {
			present.add(next);
		}
		return present;
	}

	/** Where searches sign in before they look at the database. */
	SearchEpochs epochs() {
		return this.epochs;
	}

	/** Gives the memory and the maps back. */
	void close() {
		List<CoveredIndex> present = present();
		this.serving = null;
		this.building = null;
		present.forEach((current) -> current.index().close());
	}

	@Nullable HnswIndex servingIndex() {
		CoveredIndex current = this.serving;
		return (current != null) ? current.index() : null;
	}

}
