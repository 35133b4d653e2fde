package io.github.hnswspring.replica;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.LocalReplica;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreException;

/**
 * Keeps a replica in step with its truth, in a thread of its own. Thread-safe: one thread
 * at a time looks at the truth; a lock within that is held for local changes only, so
 * that nobody who writes waits for the network.
 */
final class Follower {

	private static final Log logger = LogFactory.getLog(Follower.class);

	/** How often the log of changes is shortened. */
	private static final Duration TRIM = Duration.ofMinutes(1);

	/** Resyncs in a row, without anything else between them, that are no coincidence. */
	private static final int TOO_MANY_RESYNCS = 4;

	/** Local failures in a row that comparing everything has not mended. */
	private static final int TOO_MANY_FAILURES = 3;

	private final LocalReplica local;

	private final Truth truth;

	private final Replication replication;

	private final Pauses pauses;

	private final ReplicaFigures figures;

	private final Refill refill;

	private final Runnable rebuild;

	private final ReentrantLock looking = new ReentrantLock(true);

	private final Object applying = new Object();

	// What follows is guarded by the lock above.

	private final OwnWrites own;

	private @Nullable Position position;

	private boolean broken;

	private int localFailures;

	// Guarded by the first lock.
	private int resyncsInARow;

	private @Nullable Thread thread;

	private Runnable endWakeUps = () -> {
	};

	private final Looks looks = new Looks();

	private volatile boolean running;

	private volatile boolean stopping;

	/**
	 * Does not begin yet.
	 * @param replication has the replica follow the truth
	 * @param own what this instance has written meanwhile
	 * @param refill is told when the replica has all
	 * @param rebuild makes the replica anew, without documents
	 */
	Follower(LocalReplica local, Truth truth, Replication replication, OwnWrites own, ReplicaSettings settings,
			ReplicaFigures figures, Refill refill, Runnable rebuild) {
		this.refill = refill;
		this.replication = replication;
		this.own = own;
		this.rebuild = rebuild;
		this.local = local;
		this.truth = truth;
		this.pauses = new Pauses(settings.pollInterval());
		this.figures = figures;
	}

	/**
	 * Goes on from where the replica is, or fills it.
	 * @throws TruthUnavailableException if it has nothing yet and the truth cannot be
	 * reached
	 */
	void start() {
		this.stopping = false;
		this.looks.open();
		this.refill.stopped(false);
		StoredPosition stored = StoredPosition.read(this.local.position(), this.truth);
		synchronized (this.applying) {
			this.position = (stored != null) ? stored.position() : null;
		}
		this.figures.restored(stored);
		try {
			this.truth.prepare();
			if (stored == null && this.replication.answerMeanwhile(this::requireRunning)) {
				// What has begun to answer does not keep the application from starting.
				this.refill.begin();
				this.figures.state(ReplicaStatus.State.RESYNCING);
				wake();
			}
			else {
				look();
			}
		}
		catch (TruthUnavailableException ex) {
			if (stored == null) {
				throw new TruthUnavailableException("The replica of " + this.truth.name()
						+ " is new and cannot be filled: " + StoreException.reason(ex), ex);
			}
			lost(ex);
		}
		this.running = true;
		this.endWakeUps = this.truth.wakeUps(this::wake);
		Thread own = new Thread(this::run, "hnsw-replica");
		own.setDaemon(true);
		this.thread = own;
		own.start();
	}

	void stop() {
		this.running = false;
		this.stopping = true;
		this.looks.end();
		this.refill.stopped(true);
		Thread former = this.thread;
		if (former != null) {
			ThreadEnd.await(former, this.truth);
			this.thread = null;
			this.endWakeUps.run();
			noteContact();
		}
		this.replication.answerNoMore(null);
		this.figures.state(ReplicaStatus.State.STOPPED);
	}

	private void run() {
		long trimmed = System.nanoTime();
		int failures = 0;
		while (isRunning()) {
			pause(failures);
			if (!isRunning()) {
				return;
			}
			try {
				look();
				failures = 0;
				if (System.nanoTime() - trimmed > TRIM.toNanos()) {
					trimmed = System.nanoTime();
					this.truth.trim();
					noteContact();
				}
			}
			catch (RuntimeException ex) {
				failures++;
				lost(ex);
			}
		}
	}

	/** One that a stop has not waited for is not to go on beside the next. */
	private boolean isRunning() {
		return this.running && this.thread == Thread.currentThread();
	}

	private void pause(int failures) {
		try {
			this.looks.pause(this.pauses.after(failures, this.figures.resyncsInARow()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Names what the replica has, and what this instance has written. */
	PositionToken token() {
		synchronized (this.applying) {
			if (this.position == null) {
				throw new StoreException(
						"The replica of " + this.truth.name()
								+ " has no position, because it is being filled; ask again once its health is UP",
						null);
			}
			return PositionToken.of(this.position, this.own.last());
		}
	}

	/**
	 * Whether the replica has what a token names; {@code null} if it is of another one.
	 */
	private @Nullable Boolean hasReached(PositionToken token) {
		synchronized (this.applying) {
			Position known = this.position;
			if (known == null) {
				return false;
			}
			return token.isOf(known) ? token.isReached(known, this.own) : null;
		}
	}

	/**
	 * Waits until the replica has what a token names, as {@link PositionWait} says.
	 */
	void await(String text, Duration timeout) {
		new PositionWait(this.truth, this.figures, this.looks, this::hasReached).await(text, timeout);
	}

	/**
	 * Has the replica have all that the truth has now.
	 * @param timeout how long another look may take that is under way
	 */
	void catchUp(Duration timeout) {
		locked(timeout, this::look);
	}

	/**
	 * The same for somebody who uses the replica meanwhile, so that it cannot be made
	 * anew.
	 */
	void catchUpInPlace(Duration timeout) {
		locked(timeout, this::lookInPlace);
	}

	/**
	 * Runs something that nothing else is followed meanwhile, after having caught up. The
	 * replica is in use and so is not made anew.
	 * @param timeout how long another look may take that is under way
	 */
	void exclusively(Duration timeout, Runnable work) {
		locked(timeout, () -> {
			lookInPlace();
			work.run();
		});
	}

	private void locked(Duration timeout, Runnable work) {
		try {
			if (!this.looking.tryLock(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
				String failure = this.figures.status().failure();
				String reason = (failure != null) ? "it cannot follow: " + sentence(failure)
						: "because it is following many changes; try again";
				throw new TruthUnavailableException(
						"The replica of " + this.truth.name() + " has not caught up within " + timeout + ", " + reason,
						null);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new TruthUnavailableException("Interrupted while the replica of " + this.truth.name()
					+ " was to catch up; nothing was changed, try again", ex);
		}
		try {
			work.run();
		}
		finally {
			this.looking.unlock();
		}
	}

	/** Looks once more, for somebody who has the lock and uses the replica. */
	void lookInPlace() {
		long number = this.looks.begin();
		try {
			lookOnce();
			this.looks.succeed(number);
		}
		catch (OtherDimensionsException | CorruptStoreException ex) {
			wake();
			throw new TruthUnavailableException("The replica of " + this.truth.name() + " is to be made anew first: "
					+ StoreException.reason(ex) + "; nothing was changed, try again", ex);
		}
	}

	/** Looks at the truth once and applies what has changed. */
	void look() {
		this.looking.lock();
		try {
			long number = this.looks.begin();
			try {
				lookOnce();
			}
			catch (OtherDimensionsException | CorruptStoreException ex) {
				logger.warn("The replica of " + this.truth.name() + " is made anew: " + StoreException.reason(ex));
				rebuild();
				lookOnce();
			}
			this.looks.succeed(number);
		}
		finally {
			this.looking.unlock();
		}
	}

	private void rebuild() {
		this.replication.answerNoMore(null);
		this.rebuild.run();
		synchronized (this.applying) {
			this.position = null;
			this.broken = false;
			this.own.emptied();
		}
		try {
			this.replication.answerMeanwhile(this::requireRunning);
		}
		catch (RuntimeException ex) {
			// What is in the way of that is in the way of the next look, which says so.
			logger.debug("Nothing is answered while the replica is filled", ex);
		}
		wake();
	}

	private void requireRunning() {
		if (this.stopping) {
			throw new StoreClosedException("The replica is stopped while it follows; it goes on at the next start");
		}
	}

	private void lookOnce() {
		Position from;
		boolean wasBroken;
		synchronized (this.applying) {
			wasBroken = this.broken;
			from = wasBroken ? null : this.position;
			this.own.looking();
		}
		Applier applier = new Applier(wasBroken);
		Truth.Followed followed = this.replication.follow(from, applier);
		this.resyncsInARow = (applier.reason != null) ? this.resyncsInARow + 1 : 0;
		if (this.resyncsInARow == TOO_MANY_RESYNCS) {
			logger.warn("The replica of " + this.truth.name() + " has compared everything " + TOO_MANY_RESYNCS
					+ " times in a row, last because " + applier.text() + "; it goes on more slowly");
		}
		this.figures.followed(followed, this.resyncsInARow, this.resyncsInARow >= TOO_MANY_RESYNCS);
	}

	private static String sentence(String reason) {
		return reason.endsWith(".") ? reason : reason + ".";
	}

	private void lost(RuntimeException ex) {
		if (this.stopping) {
			return;
		}
		boolean isBroken;
		boolean hopeless;
		synchronized (this.applying) {
			isBroken = this.broken;
			hopeless = this.localFailures >= TOO_MANY_FAILURES;
			this.localFailures = hopeless ? 0 : this.localFailures;
		}
		if (this.figures.failed(StoreException.reason(ex), isBroken)) {
			logger.warn("The replica of " + this.truth.name() + " does not follow any more: "
					+ sentence(StoreException.reason(ex))
					+ (this.refill.isUnderWay() ? " It has not got all documents yet, so what is asked waits or fails"
							: " Searches go on with what it has")
					+ ", and it tries again by itself until it succeeds");
			logger.debug("Why it does not", ex);
		}
		if (hopeless) {
			logger.warn("The replica of " + this.truth.name() + " is made anew, because nothing can be applied to it: "
					+ StoreException.reason(ex));
			// Nothing is changed by this instance meanwhile.
			this.looking.lock();
			try {
				rebuild();
			}
			finally {
				this.looking.unlock();
			}
		}
	}

	/**
	 * What has been said since is worth a write only now and then, and not while somebody
	 * changes the position.
	 */
	private void noteContact() {
		if (!this.looking.tryLock()) {
			return;
		}
		try {
			synchronized (this.applying) {
				if (this.position != null && !this.broken) {
					this.local.position(stored(this.position));
				}
			}
		}
		catch (RuntimeException ex) {
			logger.debug("The position of the replica could not be noted", ex);
		}
		finally {
			this.looking.unlock();
		}
	}

	/** A position as it is kept with the documents. */
	String stored(Position reached) {
		return new StoredPosition(reached, this.figures.lastContactMillis()).encode();
	}

	/**
	 * Has the replica follow what this instance has written to the truth, unless it has
	 * that already, or a later change of the same documents. Never fails: what the truth
	 * has is stored.
	 * @param change the number of the change
	 * @param ids the documents it is about
	 * @param locally applies it
	 */
	void written(long change, Collection<String> ids, Runnable locally) {
		synchronized (this.applying) {
			this.own.stored(change);
			if (this.position != null && this.position.includes(change)) {
				return;
			}
			try {
				locally.run();
				this.own.add(ids, change);
				this.looks.happened();
			}
			catch (RuntimeException ex) {
				broke(ex);
			}
		}
	}

	/** Whether it has ever had all that the truth had. */
	boolean hasFollowed() {
		synchronized (this.applying) {
			return this.position != null;
		}
	}

	/** Notes where the replica is after a change that it has already. */
	void reached(KeyedTruth.Committed committed) {
		synchronized (this.applying) {
			this.own.stored(committed.change());
			this.position = committed.position();
		}
		this.figures.reached(committed.position());
		this.looks.happened();
	}

	/** What the truth has could not be applied: everything is compared next time. */
	void brokeAfter(KeyedTruth.Committed committed, Throwable failure) {
		synchronized (this.applying) {
			this.own.stored(committed.change());
			broke(failure);
		}
	}

	private void broke(Throwable failure) {
		this.broken = true;
		this.figures.broken(StoreException.reason(failure));
		logger.warn("What was just stored in " + this.truth.name()
				+ " could not be applied to its replica, which compares everything now: "
				+ StoreException.reason(failure), failure);
		wake();
	}

	/** Has it look at once. */
	void wake() {
		this.looks.want();
	}

	/** Applies what the truth hands out, the last part together with the position. */
	private final class Applier implements Replication.Application {

		private final boolean mends;

		private @Nullable Position reached;

		private @Nullable ResyncReason reason;

		private final Instant begun;

		Applier(boolean mends) {
			this.mends = mends;
			this.begun = Follower.this.figures.now();
		}

		String text() {
			return (this.reason != null) ? this.reason.text() : "";
		}

		@Override
		public void begin(Position reached, @Nullable ResyncReason resync) {
			this.reached = reached;
			requireDimensions();
			this.reason = (resync == ResyncReason.FIRST && this.mends) ? ResyncReason.BROKEN : resync;
			if (this.reason == ResyncReason.OTHER_TRUTH || this.reason == ResyncReason.OTHER_HISTORY
					|| this.reason == ResyncReason.RESTARTED) {
				synchronized (Follower.this.applying) {
					Follower.this.own.otherTruth();
				}
			}
			if (this.reason != null) {
				Follower.this.figures.resyncing(this.reason);
				String line = "The replica of " + Follower.this.truth.name()
						+ " compares itself with everything there: " + this.reason.text();
				if (this.reason == ResyncReason.FIRST) {
					logger.info(line);
				}
				else {
					logger.warn(line);
				}
			}
		}

		private void requireDimensions() {
			int expected = Follower.this.truth.dimensions();
			OptionalInt known = Follower.this.local.status().dimensions();
			if (expected > 0 && known.isPresent() && known.getAsInt() != expected) {
				throw new OtherDimensionsException("it has vectors of " + known.getAsInt() + " dimensions, and "
						+ Follower.this.truth.name() + " those of " + expected + " now");
			}
		}

		@Override
		public void apply(Runnable change) {
			requireRunning();
			change(change);
		}

		private void change(Runnable change) {
			try {
				synchronized (Follower.this.applying) {
					guarded(change);
				}
			}
			catch (RuntimeException ex) {
				if (isRepeated()) {
					// The disk may be full of what answers meanwhile.
					Follower.this.replication
						.answerNoMore("these cannot be applied to it: " + StoreException.reason(ex));
				}
				throw ex;
			}
		}

		@Override
		public void end(Consumer<String> last) {
			Position now = Objects.requireNonNull(this.reached);
			Follower.this.figures.contact(this.begun);
			change(() -> {
				last.accept(stored(now));
				Follower.this.position = now;
				Follower.this.own.followed(now);
				Follower.this.broken = false;
				Follower.this.localFailures = 0;
			});
			if (Follower.this.replication.hasAllShown(now)) {
				Follower.this.refill.end();
			}
			else {
				wake();
			}
		}

		/** What fails once may have been locked by others for a moment. */
		private boolean isRepeated() {
			synchronized (Follower.this.applying) {
				return Follower.this.localFailures > 1;
			}
		}

		/** A change that was not applied has to be found again. */
		private void guarded(Runnable change) {
			try {
				change.run();
			}
			catch (RuntimeException ex) {
				Follower.this.broken = true;
				Follower.this.localFailures++;
				throw ex;
			}
		}

	}

	/** The local store has to be an empty one before it can follow. */
	private static final class OtherDimensionsException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		OtherDimensionsException(String message) {
			super(message);
		}

	}

}
