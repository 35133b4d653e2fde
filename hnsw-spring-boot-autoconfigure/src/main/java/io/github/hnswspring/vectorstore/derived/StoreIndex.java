package io.github.hnswspring.vectorstore.derived;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.SearchTrace;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.IndexParameters;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.options.OtherGenerationException;
import io.github.hnswspring.vectorstore.options.StoreIdentity;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.storage.DamagedRows;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;

/**
 * The index of a store, as the rest of the store sees it: opened from what lies beside
 * the database, searched, kept up with the rows, built on in the background, saved, and
 * rebuilt. Callers may ask whether an index serves, is being built, or has all rows, but
 * need not know it. Thread-safe as far as a method does not say who may call it.
 */
public final class StoreIndex implements AutoCloseable {

	private final StoreDatabase database;

	private final StoreIdentity identity;

	private final IndexFactory factory;

	private final IndexManager indexes;

	private final SnapshotManager snapshots;

	private final IndexBuild build;

	private final IndexRecovery recovery;

	/** Describes an index that is not open yet. */
	public StoreIndex(StoreDirectory directory, StoreDatabase database, StoreIdentity identity, StoreOptions options,
			DamagedRows damagedRows, Activities activities) {
		this.database = database;
		this.identity = identity;
		this.factory = new IndexFactory(options, directory.path(), database, damagedRows);
		this.indexes = new IndexManager(options, this.factory, identity);
		this.snapshots = new SnapshotManager(directory, database, this.indexes, this.factory, identity, options);
		this.build = new IndexBuild(database, this.indexes, options, damagedRows, activities);
		this.recovery = new IndexRecovery(options, this.factory, identity, this.indexes, this.snapshots, damagedRows);
	}

	/**
	 * Loads what was saved and brings it up to date, or begins anew; what takes no time
	 * to build is built. To be called once, before anything else.
	 */
	public void open() throws SQLException {
		this.recovery.recover(this.database);
		this.build.begin();
		this.build.finishIfSmall();
	}

	/** Gives the memory and the maps back. */
	@Override
	public void close() {
		this.build.end();
		this.indexes.close();
	}

	/** How far it is. */
	public IndexState state() {
		if (isBuilding()) {
			return IndexState.REBUILDING;
		}
		return (this.indexes.serving() == null) ? IndexState.EMPTY : IndexState.READY;
	}

	/** Whether an index is being built, be it the first one or one to take its place. */
	public boolean isBuilding() {
		CoveredIndex building = this.indexes.building();
		return building != null && !building.isComplete();
	}

	/** How far the index being built is, 0 to 1; 1 if none is. */
	public double buildProgress() {
		return this.build.progress();
	}

	/** Whether searches compare with every row, because no index has them all. */
	public boolean isSearchedExactly() {
		return this.indexes.isSearchedExactly();
	}

	/** The figures of the index that serves; {@code null} if none does. Takes time. */
	public @Nullable HnswStatistics statistics() {
		HnswIndex current = this.indexes.servingIndex();
		try {
			return (current != null) ? current.statistics() : null;
		}
		catch (IllegalStateException ex) {
			// Closed this moment, because the store stops or a new index took its place.
			return null;
		}
	}

	/** What the index that serves was built with; {@code null} if none does. */
	public @Nullable IndexParameters parameters() {
		HnswIndex current = this.indexes.servingIndex();
		return (current != null) ? StoreOptions.parameters(current) : null;
	}

	/** Asks the index that serves for a figure. */
	public <T> T ask(Function<HnswIndex, T> figure, T whenEmpty) {
		while (true) {
			HnswIndex current = this.indexes.servingIndex();
			try {
				return (current != null) ? figure.apply(current) : whenEmpty;
			}
			catch (IllegalStateException ex) {
				// A finished rebuild took its place, and it was closed.
				if (current == this.indexes.servingIndex()) {
					throw ex;
				}
			}
		}
	}

	/** Writes the index that serves into a file of the caller's. */
	public void writeTo(Path file) {
		CoveredIndex serving = this.indexes.serving();
		if (serving == null || !serving.isComplete()) {
			throw new IllegalStateException("The index is " + ((serving == null) ? "empty" : "being built")
					+ "; save it once the store reports READY");
		}
		serving.index().save(file);
	}

	/**
	 * Searches all committed rows.
	 * @param query what to find; its ids are row keys
	 * @param generation of the model its vector comes from
	 * @param connection reads rows the index lacks
	 * @return the nearest
	 * @throws OtherGenerationException if vectors of that generation do not answer
	 */
	public List<Neighbor> search(VectorQuery query, int generation, SqlConnection connection) throws SQLException {
		return this.indexes.search(query, generation, connection, true);
	}

	/**
	 * Finds the same, more slowly, and the index learns nothing: for what no user asks.
	 * @param query what to find; its ids are row keys
	 * @param generation of the model its vector comes from
	 * @param connection reads rows the index lacks
	 * @return the nearest
	 * @throws OtherGenerationException if vectors of that generation do not answer
	 */
	public List<Neighbor> searchUnnoticed(VectorQuery query, int generation, SqlConnection connection)
			throws SQLException {
		return this.indexes.search(query, generation, connection, false);
	}

	/**
	 * Searches the index that serves and tells what it does. Rows that it does not have
	 * yet are not in the results.
	 * @param query what to find; its ids are row keys
	 */
	public SearchTrace trace(VectorQuery query) {
		VectorQuery asked = isSearchedExactly() ? query.exact() : query;
		return ask((index) -> index.trace(asked), SearchTrace.EMPTY);
	}

	/**
	 * Runs a search that asks the database first and the index after it: a row that is
	 * removed in between stays in the index until the search has ended.
	 */
	public <T extends @Nullable Object> T whileSearching(Supplier<T> search) {
		int epoch = this.indexes.epochs().enter();
		try {
			return search.get();
		}
		finally {
			this.indexes.epochs().exit(epoch);
		}
	}

	/** The last change of the rows that the index has followed. */
	public long appliedChange() {
		return this.indexes.appliedChange();
	}

	/** Whether rows are committed that the index did not take. */
	public boolean isBehind() {
		return this.indexes.isBehind();
	}

	/** Keys of rows that are committed, or about to be, and not in the index yet. */
	public long[] pendingKeys() {
		return this.indexes.pending().keys();
	}

	/**
	 * Lets searches see rows that are about to be committed, as soon as they are. Under
	 * the database's writer lock, like all that follows a change.
	 */
	public void announce(RowChanges changes) {
		this.indexes.announce(changes);
	}

	/**
	 * What takes back whatever is announced from now on, for a transaction that fails.
	 */
	public Runnable withdrawal() {
		PendingVectors before = this.indexes.pending();
		return () -> this.indexes.withdraw(before);
	}

	/** Follows a committed transaction; what fails is made good later. */
	public void apply(RowChanges changes) {
		this.indexes.apply(changes);
	}

	/**
	 * Leaves rows beyond a key to the background, where they are put in together and by
	 * all cores, after {@link #resume}. Searches compare with them one by one until then.
	 * Under the database's writer lock.
	 * @param key the last one given out
	 */
	public void postpone(long key) {
		this.indexes.postpone(key);
	}

	/** Has them put in. Under the database's writer lock. */
	public void resume() {
		this.indexes.resume();
	}

	/** Begins anew with an empty index that is built in the background. */
	public void restart(long change) {
		this.indexes.restart(change);
	}

	/**
	 * Begins to build an index beside the serving one, which holds much of what was
	 * removed. Under the database's writer lock.
	 * @param worthwhileShare of removed rows in the index; with 0 nothing removed is left
	 * anywhere, so an index for another model is begun anew after this one
	 * @return the mapped bytes of what is replaced, 0 if nothing is
	 */
	public long rebuildIfWorthwhile(double worthwhileShare) {
		CoveredIndex serving = this.indexes.serving();
		long mappedBytes = (worthwhileShare > 0) ? 0 : this.indexes.abandonNext();
		if (serving == null || this.indexes.building() != null) {
			return mappedBytes;
		}
		HnswIndex former = serving.index();
		HnswStatistics statistics = former.statistics();
		long unused = (long) statistics.removedSlots() + statistics.freeSlots();
		if (unused <= worthwhileShare * (statistics.size() + unused)) {
			return mappedBytes;
		}
		this.indexes
			.startBuilding(new CoveredIndex(this.factory.newIndex(former.dimensions()), serving.generation(), 0));
		return mappedBytes + statistics.mappedBytes();
	}

	/**
	 * Begins to build the index of a generation that does not answer yet, unless another
	 * one is being built. Under the database's writer lock.
	 * @return whether it is complete, so that {@link #serveNext} may follow
	 */
	public boolean prepare(ModelGeneration next) {
		CoveredIndex building = this.indexes.building();
		if (building == null) {
			this.indexes.startBuilding(new CoveredIndex(this.factory.newIndex(next.dimensions()), next.number(), 0));
			return false;
		}
		return building.generation() == next.number() && building.isComplete() && !isBehind();
	}

	/**
	 * Lets go of the index of a generation that is not going to answer. Under the
	 * database's writer lock.
	 */
	public void abandonOthers(Generations generations) {
		this.indexes.abandonOthers(generations);
	}

	/**
	 * Has the index of the generation answer that is the current one now; if it was not
	 * built, it is from now on. Under the database's writer lock.
	 */
	public void serveNext() {
		CoveredIndex building = this.indexes.building();
		if (building != null && building.isComplete() && building.generation() == this.identity.current().number()) {
			this.indexes.serveBuilding();
		}
		else {
			this.indexes.restart(this.indexes.appliedChange());
		}
	}

	/**
	 * Builds the next chunk, in the maintenance thread.
	 * @return whether there is more to build
	 */
	public boolean buildOn() throws SQLException {
		return this.build.step();
	}

	/** Saves if enough has changed, or long enough ago; in the maintenance thread. */
	public void saveIfDue() {
		this.snapshots.saveIfDue();
	}

	/**
	 * Saves if anything has changed, in the maintenance thread.
	 * @throws io.github.hnswspring.vectorstore.StoreException if it cannot be saved
	 */
	public void saveNow() {
		this.snapshots.saveNow();
	}

	/**
	 * Saves if anything has changed, so that the next start has nothing to replay; in the
	 * maintenance thread.
	 */
	public void saveAtStop() {
		this.snapshots.saveAtStop();
	}

	/** Whether there are files of a former index that could not be removed yet. */
	public boolean hasLeftovers() {
		return this.snapshots.hasLeftovers();
	}

	/** The last change that what was saved is sure to hold. */
	public long lastSavedChange() {
		return this.snapshots.lastSnapshotChange();
	}

}
