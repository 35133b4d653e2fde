package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.derived.StoreIndex;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import io.github.hnswspring.vectorstore.storage.WriteHealth;
import io.github.hnswspring.vectorstore.text.TextIndex;

/**
 * The background thread of a store: builds both indexes chunk by chunk, writes snapshots,
 * follows edits of other tools, removes documents that have ended, has the database
 * checked once, and finds out when a failed disk works again. Thread-safe.
 */
final class StoreMaintenance {

	private static final Log logger = LogFactory.getLog(StoreMaintenance.class);

	private static final long STATISTICS_NANOS = 5_000_000_000L;

	private static final long STOP_MILLIS = 60_000;

	private static final int PROBE_BYTES = 256 << 10;

	private final StoreDatabase database;

	private final StoreIndex index;

	private final TextIndex text;

	private final StoreWriter writer;

	private final ExpiryUpkeep expiry;

	private final WriteHealth health;

	// Of a reader only.
	private final @Nullable WriterWatch watch;

	private final long tickNanos;

	private final Activities activities;

	private final IntegrityCheck check;

	private final Thread thread;

	private volatile @Nullable Thread checking;

	private volatile @Nullable HnswStatistics statistics;

	private long statisticsChange = -1;

	private long statisticsNanos = System.nanoTime();

	private volatile boolean stopping;

	private volatile boolean ended;

	// Completed when the index is complete and saved.
	private final Queue<CompletableFuture<@Nullable Void>> waiting = new ConcurrentLinkedQueue<>();

	// Completed when the index is saved, however far it is.
	private final Queue<CompletableFuture<@Nullable Void>> saving = new ConcurrentLinkedQueue<>();

	private @Nullable String lastComplaint;

	StoreMaintenance(StoreDirectory directory, StoreDatabase database, StoreIndex index, TextIndex text,
			StoreWriter writer, ExpiryUpkeep expiry, WriteHealth health, @Nullable WriterWatch watch,
			Activities activities, Duration tick) {
		this.activities = activities;
		this.database = database;
		this.index = index;
		this.text = text;
		this.writer = writer;
		this.expiry = expiry;
		this.health = health;
		this.watch = watch;
		this.tickNanos = tick.toNanos();
		this.check = new IntegrityCheck(database, index, text, writer, health.damagedRows());
		this.thread = new Thread(this::run, "hnsw-maintenance-" + directory.path().getFileName());
		this.thread.setDaemon(true);
	}

	void start() {
		this.check.runIfSmall();
		this.thread.start();
	}

	/** Has everything end that uses the store as its users do, before they cannot. */
	void endUses() {
		this.expiry.end();
	}

	/** Ends after the step under way. */
	void stop() {
		this.stopping = true;
		await(this.thread);
		Thread check = this.checking;
		if (check != null) {
			await(check);
		}
	}

	private static void await(Thread ending) {
		LockSupport.unpark(ending);
		boolean interrupted = false;
		long deadline = System.currentTimeMillis() + STOP_MILLIS;
		while (ending.isAlive() && System.currentTimeMillis() < deadline) {
			try {
				ending.join(Math.max(1, deadline - System.currentTimeMillis()));
			}
			catch (InterruptedException ex) {
				// The step under way must end before the files are closed under it.
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private void run() {
		while (!this.stopping) {
			boolean more = false;
			try {
				more = step();
				this.lastComplaint = null;
			}
			catch (Throwable ex) {
				// Also an InternalError: a page of a mapped file that cannot be read.
				// Without this thread nothing would be maintained before the next start.
				complain(ex);
				settle(Integer.MAX_VALUE, ex);
			}
			this.activities.tick();
			if (!more && !this.stopping) {
				LockSupport.parkNanos(this.tickNanos);
			}
		}
		// Here and not in the stopping thread, whose interrupt would close the files.
		if (!this.database.isReadOnly()) {
			this.index.saveAtStop();
		}
		this.activities.flush();
		this.ended = true;
		settle(Integer.MAX_VALUE, closed());
	}

	private static StoreClosedException closed() {
		return new StoreClosedException("The vector store was stopped meanwhile; start() opens it again");
	}

	/**
	 * Tells when nothing is being built any more and the index is saved.
	 * @return completed then, or exceptionally if that failed
	 */
	CompletableFuture<@Nullable Void> settled() {
		CompletableFuture<@Nullable Void> settled = new CompletableFuture<>();
		this.waiting.add(settled);
		if (this.ended) {
			settle(Integer.MAX_VALUE, closed());
		}
		wakeUp();
		return settled;
	}

	/**
	 * Has the index saved as it is now.
	 * @return completed then, or exceptionally if that failed
	 */
	CompletableFuture<@Nullable Void> saved() {
		CompletableFuture<@Nullable Void> saved = new CompletableFuture<>();
		this.saving.add(saved);
		wakeUp();
		return saved;
	}

	private void save(CompletableFuture<@Nullable Void> saved) {
		try {
			this.index.saveNow();
			saved.complete(null);
		}
		catch (RuntimeException | Error ex) {
			saved.completeExceptionally(ex);
		}
	}

	private void settle(int atMost, @Nullable Throwable problem) {
		for (int i = 0; i < atMost; i++) {
			CompletableFuture<@Nullable Void> settled = this.waiting.poll();
			if (settled == null) {
				return;
			}
			if (problem != null) {
				settled.completeExceptionally(problem);
			}
			else {
				settled.complete(null);
			}
		}
	}

	private boolean step() throws SQLException {
		if (this.index.isBuilding()) {
			// No change tells of it, but the figures change.
			this.statisticsChange = -1;
		}
		boolean more = build();
		if (!this.database.isReadOnly() && this.health.failure() != null) {
			probe();
		}
		if (!this.database.isReadOnly() && this.health.failure() == null) {
			more |= this.expiry.step();
		}
		if (this.watch == null || this.watch.canFollow(this.index.appliedChange())) {
			this.writer.noticeOthers();
		}
		if (!this.database.isReadOnly()) {
			this.index.saveIfDue();
		}
		for (CompletableFuture<@Nullable Void> saved = this.saving.poll(); saved != null; saved = this.saving.poll()) {
			save(saved);
		}
		// Counted first: a later caller may have begun another rebuild.
		int settled = this.waiting.size();
		if (settled > 0 && !this.index.isBuilding()) {
			this.index.saveNow();
			settle(settled, null);
		}
		refreshStatistics();
		if (!more) {
			startCheck();
		}
		return more;
	}

	/**
	 * Words first, which takes a fraction of the time: a search by words lacks documents
	 * until they are indexed, while one by meaning compares all and lacks none.
	 */
	private boolean build() throws SQLException {
		boolean words;
		try {
			words = this.text.buildOn(this.database);
		}
		catch (SQLException | RuntimeException ex) {
			// What is wrong with words, such as a full disk, does not keep the other
			// back.
			this.index.buildOn();
			throw ex;
		}
		return words || this.index.buildOn();
	}

	/** Beside this thread, because it takes long and nothing else shall wait for it. */
	private void startCheck() {
		if (this.checking == null) {
			Thread started = new Thread(() -> this.check.run(() -> this.stopping), this.thread.getName() + "-check");
			started.setDaemon(true);
			started.start();
			this.checking = started;
		}
	}

	/** Writes as much as some documents take: on a full disk a few bytes still fit. */
	private void probe() {
		try {
			writeProbe("0".repeat(PROBE_BYTES));
			writeProbe("");
			this.health.succeeded();
		}
		catch (SQLException ex) {
			logger.debug("Database " + this.database.file() + " still cannot be written", ex);
		}
	}

	private void writeProbe(String content) throws SQLException {
		this.database.update((connection) -> MetaTable.put(connection, MetaTable.PROBE, content));
	}

	private void complain(Throwable problem) {
		// Once per cause, not twice per second.
		if (!String.valueOf(problem).equals(this.lastComplaint)) {
			this.lastComplaint = String.valueOf(problem);
			logger.warn("Maintenance of " + this.database.file() + " failed and is tried again", problem);
		}
	}

	/** Has the thread look for work now. */
	void wakeUp() {
		LockSupport.unpark(this.thread);
	}

	/** Figures of the index, not older than some seconds; counting them takes time. */
	@Nullable HnswStatistics statistics() {
		HnswStatistics known = this.statistics;
		if (known == null) {
			known = this.index.statistics();
			this.statistics = known;
		}
		return known;
	}

	private void refreshStatistics() {
		long change = this.index.appliedChange();
		if (change != this.statisticsChange && System.nanoTime() - this.statisticsNanos > STATISTICS_NANOS) {
			this.statistics = this.index.statistics();
			this.statisticsChange = change;
			this.statisticsNanos = System.nanoTime();
		}
	}

}
