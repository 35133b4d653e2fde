package io.github.hnswspring.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.GraphView;
import io.github.hnswspring.vectorstore.DistantRows;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.ExclusiveWork;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.LocalReplica;
import io.github.hnswspring.vectorstore.PositionNotReachedException;
import io.github.hnswspring.vectorstore.ReplicaPosition;
import io.github.hnswspring.vectorstore.ReplicaStore;
import io.github.hnswspring.vectorstore.SearchPage;
import io.github.hnswspring.vectorstore.SharedReplica;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoredRow;
import io.github.hnswspring.vectorstore.UnknownPositionException;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.util.Assert;

/**
 * A store that several instances of an application have each for themselves, complete,
 * and that is one: what is changed through any of them is in their common {@link Truth},
 * and then in all of them. Searches ask the local store alone and go on without the
 * truth; changes fail without it. The local files can be removed at any time, and are
 * made again. Thread-safe.
 */
public final class ReplicatedVectorStore extends ReplicaDoors implements ExclusiveWork, DisposableBean {

	/** Where a copy is written that is published in the truth. */
	private static final String STAGING = "publishing";

	private final Truth truth;

	private final LocalReplica local;

	private final Follower follower;

	private final ReplicaFigures figures;

	private final ReplicaSettings settings;

	/** Of a truth that knows claims and leases. */
	private final @Nullable TruthHoldings holdings;

	private final Refill refill;

	/** Of a truth whose vectors can be had without their documents. */
	private final @Nullable Interim interim;

	private final LocalFiles files;

	private final ReentrantLock lifecycle = new ReentrantLock();

	// Guarded by the lock above.
	private @Nullable Publisher publisher;

	/** Used by the thread of the publisher only. */
	private @Nullable String publishedPosition;

	private volatile boolean started;

	private volatile boolean stopped;

	/**
	 * Makes a replica.
	 * @param builder describes the local store
	 * @param truth what it is made from
	 * @param settings how it follows
	 */
	public ReplicatedVectorStore(HnswVectorStore.Builder builder, TableTruth truth, ReplicaSettings settings) {
		this(builder, truth, settings, InstantSource.system());
	}

	ReplicatedVectorStore(HnswVectorStore.Builder builder, TableTruth truth, ReplicaSettings settings,
			InstantSource clock) {
		this.truth = truth;
		this.settings = settings;
		this.figures = new ReplicaFigures(truth.name(), clock);
		this.refill = new Refill(truth.name(), this.figures);
		TruthWriter writer = new TruthWriter(truth, settings);
		ReplicaStore store = ReplicaStore.of(builder, writer);
		this.local = store;
		this.files = new LocalFiles(store, truth, this::place, this.figures);
		OwnWrites own = new OwnWrites();
		this.follower = new Follower(store, truth, new TableReplication(store, truth, own, this.figures), own, settings,
				this.figures, this.refill, this::rebuild);
		writer.serve(store, this.follower);
		this.holdings = null;
		this.interim = null;
	}

	/**
	 * Makes a replica of a truth that was made for replicas.
	 * @param builder describes the local store
	 * @param truth what it is made from
	 * @param settings how it follows
	 */
	public ReplicatedVectorStore(HnswVectorStore.Builder builder, KeyedTruth truth, ReplicaSettings settings) {
		this(builder, truth, settings, InstantSource.system());
	}

	ReplicatedVectorStore(HnswVectorStore.Builder builder, KeyedTruth truth, ReplicaSettings settings,
			InstantSource clock) {
		this.truth = truth;
		this.settings = settings;
		this.figures = new ReplicaFigures(truth.name(), clock);
		this.refill = new Refill(truth.name(), this.figures);
		TruthHoldings held = new TruthHoldings(truth);
		this.holdings = held;
		SharedWriter writer = new SharedWriter(truth, settings, held);
		SharedReplica store = SharedReplica.of(builder, writer);
		this.local = store;
		this.files = new LocalFiles(store, truth, this::place, this.figures);
		FirstCopies copies = new FirstCopies(truth, held, "first copy");
		Interim meanwhile = new Interim(store, truth, new FirstCopies(truth, held, "vectors"), this.figures, settings);
		this.interim = meanwhile;
		KeyedReplication replication = new KeyedReplication(store, truth, copies, meanwhile, this.figures);
		this.follower = new Follower(store, truth, replication, new OwnWrites(), settings, this.figures, this.refill,
				this::rebuild);
		writer.serve(store, this.follower, replication);
		truth.identity(() -> new KeyedTruth.Identity(store.metric(), store.status().embeddingModel(),
				this.follower.hasFollowed()));
	}

	/**
	 * Has somebody told, for metrics, how late changes arrive: after each look at the
	 * truth that brought some, how long ago the oldest of them had been made.
	 * @param listener called from the threads that follow; quick, and throws nothing
	 */
	public void addLagListener(Consumer<Duration> listener) {
		this.figures.addLagListener(listener);
	}

	/**
	 * How the replica follows.
	 * @return the figures at this moment
	 */
	public ReplicaStatus replicaStatus() {
		return this.figures.status();
	}

	/**
	 * How it is to follow.
	 * @return the settings
	 */
	public ReplicaSettings replicaSettings() {
		return this.settings;
	}

	/**
	 * Names what this instance has now, with all that was written through it, for
	 * {@link HnswSearchRequest#withMinimumPosition} on any instance: what is found there
	 * is not older than what is found here.
	 * @return a text of at most 1,000 letters, digits, hyphens and underscores; good for
	 * as long as the database is not restored, does not fail over, and keeps its triggers
	 * @throws StoreException if the replica is being filled
	 */
	public String position() {
		return positions().token().toString();
	}

	/**
	 * Adds documents and tells from where on other instances have them. What a deletion
	 * or a replacement has changed is in {@link #position()} when it has returned.
	 * @param documents what {@link #add(List)} takes
	 * @return for {@link HnswSearchRequest#withMinimumPosition}
	 */
	public String addAndGetPosition(List<Document> documents) {
		add(documents);
		return position();
	}

	/**
	 * Waits until this instance has what a position names, for reading that is no search.
	 * @param position what {@link #position()} gave on any instance
	 * @param timeout how long to wait at most
	 * @throws PositionNotReachedException if that took too long
	 * @throws UnknownPositionException if it is no position, or one of something else
	 */
	public void awaitPosition(String position, Duration timeout) {
		Assert.notNull(position, "The position must not be null; pass what position() returned");
		Assert.notNull(timeout, "The timeout must not be null; pass a duration such as Duration.ofSeconds(2)");
		positions().await(position, timeout);
	}

	private Follower positions() {
		ready();
		return this.follower;
	}

	/**
	 * Has the next start move the documents of a store of one instance, which the
	 * directory holds, into the truth: without embedding anything, and only if the truth
	 * has none. A directory that is empty or holds a replica is used as always.
	 * @throws UnsupportedOperationException if the truth is a table that is there already
	 */
	public void promote() {
		if (!(this.local instanceof SharedReplica shared) || !(this.truth instanceof KeyedTruth keyed)) {
			throw new UnsupportedOperationException("A replica of " + this.truth.name()
					+ " cannot be made from a store of one instance, because the table has no place for all that a "
					+ "store keeps; leave hnsw.replica.attach.table out to move it into tables of our own, or add its "
					+ "documents to this one with exportTo");
		}
		this.files.promote(new Promotion(shared, keyed));
	}

	/**
	 * Writes a copy that opens as a store of one instance, which has nothing to do with
	 * the truth: the way back from {@link #promote()}.
	 * @param target a directory that does not exist yet or is empty
	 */
	public void copyAsSingleStore(Path target) {
		ready().backup(target);
	}

	@Override
	public boolean tryTake(String work) {
		ready();
		// With a table that is there already there is nothing to know it by.
		return this.holdings == null || this.holdings.tryTake(work);
	}

	@Override
	public void letGo(String work) {
		if (this.holdings != null) {
			this.holdings.letGo(work);
		}
	}

	/** For tests: tells what it has. */
	void digests(StoredRow.DigestVisitor visitor) {
		((SharedReplica) this.local).digests(visitor);
	}

	/** For tests: with how many documents a first copy begins to answer with vectors. */
	void answersMeanwhileBeyond(long documents) {
		Objects.requireNonNull(this.interim).threshold(documents);
	}

	/** For tests: has it follow now. */
	void look() {
		this.follower.look();
	}

	@Override
	public void start() {
		this.lifecycle.lock();
		try {
			if (!this.started) {
				this.stopped = false;
				open();
				this.started = true;
			}
		}
		finally {
			this.lifecycle.unlock();
		}
	}

	private void open() {
		this.files.open(this.follower);
		boolean done = false;
		try {
			this.follower.start();
			startPublisher();
			done = true;
		}
		finally {
			if (!done) {
				this.follower.stop();
				this.local.stop();
			}
		}
	}

	private void startPublisher() {
		Publication publication = this.settings.publication();
		Duration interval = (publication != null) ? publication.interval() : null;
		if (interval != null) {
			Publisher own = new Publisher(interval, () -> publishWhatHasChanged(interval));
			own.start();
			this.publisher = own;
		}
	}

	/** Makes a replica anew that nothing can be applied to any more. */
	private void rebuild() {
		if (!this.lifecycle.tryLock()) {
			// It is being stopped.
			return;
		}
		try {
			Path path = this.local.status().directory();
			if (!this.stopped && path != null) {
				this.refill.begin();
				this.files.makeAnew(path);
			}
		}
		finally {
			this.lifecycle.unlock();
		}
	}

	@Override
	LocalReplica behind() {
		return this.local;
	}

	/** {@inheritDoc} The first use opens it. */
	@Override
	LocalReplica ready() {
		startIfNew();
		this.refill.await(this.settings.writeTimeout());
		return this.local;
	}

	private void startIfNew() {
		if (!this.started && !this.stopped) {
			start();
		}
	}

	@Override
	<T> T read(Function<LocalReplica, T> work) {
		startIfNew();
		return this.refill.read(this.settings.writeTimeout(), () -> work.apply(this.local));
	}

	/** What can be answered before the replica has all; {@code null} for all else. */
	private <T> @Nullable T meanwhile(BiFunction<SharedReplica, DistantRows, @Nullable T> work) {
		startIfNew();
		Interim answering = this.interim;
		return (answering != null && this.local instanceof SharedReplica shared)
				? answering.ask(() -> work.apply(shared, answering)) : null;
	}

	@Override
	Truth truth() {
		return this.truth;
	}

	private List<String> ids(Collection<String> ids) {
		return ids.stream().map((id) -> (id != null) ? Objects.requireNonNullElse(this.truth.id(id), id) : id).toList();
	}

	@Override
	public void delete(List<String> ids) {
		ready().delete((ids != null) ? ids(ids) : ids);
	}

	@Override
	public DocumentStore scopedTo(Map<String, ?> scope) {
		// Nothing is added to a part of a table that is there already.
		Truth stores = (this.truth instanceof KeyedTruth) ? this.truth : null;
		return new ScopedReplica(ready().scopedTo(scope), stores, this.refill, this.settings.writeTimeout());
	}

	@Override
	public List<Document> similaritySearch(SearchRequest request) {
		List<Document> meanwhile = meanwhile(
				(store, rows) -> store.canAnswer(request) ? store.similaritySearch(request, rows) : null);
		return (meanwhile != null) ? meanwhile : super.similaritySearch(request);
	}

	@Override
	public SearchPage search(SearchRequest request, @Nullable String token) {
		SearchPage meanwhile = meanwhile(
				(store, rows) -> store.canAnswer(request) ? store.search(request, token, rows) : null);
		return (meanwhile != null) ? meanwhile : super.search(request, token);
	}

	@Override
	public List<Document> get(Collection<String> ids) {
		List<Document> meanwhile = meanwhile((store, rows) -> store.get((ids != null) ? ids(ids) : ids, rows));
		return (meanwhile != null) ? meanwhile : read((store) -> store.get((ids != null) ? ids(ids) : ids));
	}

	@Override
	public boolean exists(String id) {
		List<Document> meanwhile = (id != null) ? meanwhile((store, rows) -> store.get(ids(List.of(id)), rows)) : null;
		return (meanwhile != null) ? !meanwhile.isEmpty()
				: read((store) -> store.exists((id != null) ? ids(List.of(id)).get(0) : id));
	}

	/** {@inheritDoc} The copy opens as a replica, which goes on from there. */
	@Override
	public void backup(Path target) {
		super.backup(target);
		try {
			new ReplicaDirectory(target, this.truth.key()).mark();
		}
		catch (IOException ex) {
			throw new StoreException("The backup in " + target + " could not be marked as a replica: "
					+ StoreException.reason(ex) + "; remove it and try again", ex);
		}
	}

	/**
	 * Publishes what this instance has in a directory that instances share: new ones that
	 * are configured with it begin with that, and read from the truth what has changed
	 * since. To be repeated before the log of changes has forgotten what has.
	 * @param directory the directory; it is made if it is not there
	 * @return {@code false} if another instance is doing that at this moment
	 * @throws StoreException if it failed; then what was published before still counts
	 */
	public boolean publish(Path directory) {
		Assert.notNull(directory, "The directory must not be null; pass one that instances share");
		return publish(new PublishedDirectory(directory), Duration.ZERO);
	}

	/**
	 * Publishes what this instance has where its settings say, which may be the database.
	 * @return {@code false} if another instance is doing that at this moment
	 * @throws IllegalStateException if they do not say where
	 * @throws StoreException if it failed; then what was published before still counts
	 */
	public boolean publish() {
		return publish(place(), Duration.ZERO);
	}

	private @Nullable PublicationPlace place() {
		Publication publication = this.settings.publication();
		if (publication == null) {
			return null;
		}
		Path directory = publication.directory();
		if (directory != null) {
			return new PublishedDirectory(directory);
		}
		if (!(this.truth instanceof KeyedTruth keyed) || this.holdings == null) {
			throw new IllegalStateException("Replicas of " + this.truth.name()
					+ " can be published in a directory only; set one (hnsw.replica.published)");
		}
		Path own = this.local.directory();
		Path staging = (own != null) ? own.resolve(STAGING)
				: Path.of(System.getProperty("java.io.tmpdir"), "hnsw-" + STAGING + "-" + UUID.randomUUID());
		return keyed.publications(this.holdings, staging);
	}

	/** Without changes, what was published last is as good as ever. */
	private void publishWhatHasChanged(Duration interval) {
		String position = positions().hasFollowed() ? position() : null;
		PublicationPlace place = place();
		boolean asBefore = position != null && position.equals(this.publishedPosition) && place != null
				&& new PublishedReplica(place, this.truth.key()).isThere();
		if (!asBefore && publish(place, interval)) {
			this.publishedPosition = position;
		}
	}

	private boolean publish(@Nullable PublicationPlace place, Duration atMostEvery) {
		Assert.state(place != null,
				"It is not said where to publish replicas; set hnsw.replica.published, or pass a directory");
		if (!positions().hasFollowed()) {
			throw new StoreException("The replica is not published: it is being filled. Try again when it has started",
					null);
		}
		return new PublishedReplica(place, this.truth.key()).publish(atMostEvery, this::backup);
	}

	@Override
	public GraphView walk(SearchRequest request, int nodes, Collection<String> documentIds) {
		return ready().walk(request, nodes, ids(documentIds));
	}

	@Override
	public Optional<ReplicaPosition> replica() {
		return Optional.of(this.figures.replica());
	}

	@Override
	public void stop() {
		this.lifecycle.lock();
		try {
			stopFollowing();
			this.local.stop();
		}
		finally {
			this.lifecycle.unlock();
		}
	}

	private void stopFollowing() {
		Publisher own = this.publisher;
		this.publisher = null;
		if (this.started) {
			this.follower.stop();
		}
		if (own != null) {
			own.stop(this.truth);
		}
		if (this.started) {
			if (this.holdings != null) {
				this.holdings.stop();
			}
		}
		this.started = false;
		this.stopped = true;
	}

	@Override
	public void close() {
		stop();
		this.local.close();
	}

	@Override
	public boolean isRunning() {
		return this.started && this.local.isRunning();
	}

	@Override
	public void destroy() throws Exception {
		this.lifecycle.lock();
		try {
			stopFollowing();
		}
		finally {
			this.lifecycle.unlock();
		}
		if (this.local instanceof DisposableBean disposable) {
			disposable.destroy();
		}
	}

}
