package io.github.hnswspring.replica;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.ReplicaPosition;
import io.github.hnswspring.vectorstore.ReplicaRow;

/**
 * Counts what a replica does, and says in the log when its state changes. Thread-safe.
 */
final class ReplicaFigures {

	private static final Log logger = LogFactory.getLog(ReplicaFigures.class);

	/** So many documents that are left out are named. */
	private static final int NAMED = 1_000;

	private final String truth;

	private final InstantSource clock;

	private final Map<ResyncReason, Long> resyncs = new EnumMap<>(ResyncReason.class);

	private final Map<String, String> leftOut = new LinkedHashMap<>();

	private final List<Consumer<Duration>> lagListeners = new CopyOnWriteArrayList<>();

	private ReplicaStatus.State state = ReplicaStatus.State.STOPPED;

	private boolean refilling;

	/** Of a copy that began with vectors, 0 without one. */
	private long toCopy;

	private boolean answering;

	private long copiedBefore;

	private @Nullable String position;

	private long positionNumber;

	private @Nullable Instant lastContact;

	private long behind;

	private Duration lag = Duration.ZERO;

	private long applied;

	private @Nullable ResyncReason lastResync;

	private @Nullable Instant lastResyncAt;

	private long rebuilds;

	private int resyncsInARow;

	private @Nullable String failure;

	private boolean leftOutSaid;

	ReplicaFigures(String truth, InstantSource clock) {
		this.truth = truth;
		this.clock = clock;
	}

	ReplicaPosition replica() {
		return status().position(this.clock.instant());
	}

	synchronized ReplicaStatus status() {
		boolean empty = this.refilling && this.state != ReplicaStatus.State.STOPPED;
		ReplicaStatus.State shown = !empty ? this.state
				: this.answering ? ReplicaStatus.State.ANSWERING_MEANWHILE : ReplicaStatus.State.REFILLING;
		return new ReplicaStatus(this.truth, shown, copy(), this.position, this.positionNumber, this.lastContact,
				this.behind, this.lag, this.applied, Map.copyOf(this.resyncs), this.lastResync, this.lastResyncAt,
				this.rebuilds, Map.copyOf(this.leftOut), this.failure);
	}

	/** Notes whether the replica lacks what it had, since it is made anew. */
	synchronized void refilling(boolean refilling) {
		this.refilling = refilling;
		if (!refilling) {
			interim(0, 0);
		}
	}

	private ReplicaStatus.@Nullable Copy copy() {
		return (this.toCopy > 0)
				? new ReplicaStatus.Copy(Math.min(this.toCopy, this.copiedBefore + this.applied), this.toCopy) : null;
	}

	/**
	 * Notes whether questions are answered while the replica is filled.
	 * @param here how many documents it has
	 * @param of how many, 0 if none are answered any more
	 */
	synchronized void interim(long here, long of) {
		this.copiedBefore = here - this.applied;
		this.toCopy = of;
		this.answering = of > 0;
	}

	/** Notes that all questions wait, while the copy goes on. */
	synchronized void answersNoMore() {
		this.answering = false;
	}

	/** What is done to the replica while it is filled, and how far that is. */
	synchronized String filling() {
		ReplicaStatus.Copy copy = copy();
		if (copy == null) {
			return "is made anew, because it was damaged, does not fit any more, or was not complete";
		}
		return "is being filled and has " + copy.documents() + " of " + copy.of() + " documents" + (this.answering
				? "; until then it answers searches by meaning without a filter, and gives documents by their ids"
				: "");
	}

	synchronized void state(ReplicaStatus.State state) {
		this.state = state;
	}

	synchronized void restored(@Nullable StoredPosition stored) {
		if (stored != null) {
			at(stored.position());
			this.lastContact = Instant.ofEpochMilli(stored.contactMillis());
		}
	}

	private void at(Position reached) {
		this.position = reached.encode();
		this.positionNumber = reached.number();
	}

	Instant now() {
		return this.clock.instant();
	}

	/** Notes when the truth was as the replica is now. */
	synchronized void contact(Instant moment) {
		this.lastContact = moment;
	}

	synchronized long lastContactMillis() {
		return (this.lastContact != null) ? this.lastContact.toEpochMilli() : 0;
	}

	synchronized int resyncsInARow() {
		return this.resyncsInARow;
	}

	synchronized void behind(long documents) {
		this.behind = documents;
	}

	synchronized void applied(List<ReplicaRow> rows, Collection<String> removed, Map<String, String> refused) {
		this.applied += rows.size() + (long) removed.size();
		rows.forEach((row) -> this.leftOut.remove(row.id()));
		removed.forEach(this.leftOut::remove);
		refused.forEach((id, why) -> {
			if (this.leftOut.size() < NAMED) {
				this.leftOut.put(id, why);
			}
		});
		if (!refused.isEmpty() && !this.leftOutSaid) {
			this.leftOutSaid = true;
			List<String> reasons = new ArrayList<>(refused.values());
			logger.warn("Documents of " + this.truth + " are left out of its replica, first: " + reasons.get(0)
					+ ". Correct them there; the health of the replica names all");
		}
	}

	/** Notes how many rows were applied of a truth whose rows all fit. */
	synchronized void applied(long rows) {
		this.applied += rows;
	}

	/** Notes where an own change has led. */
	synchronized void reached(Position position) {
		this.position = position.encode();
	}

	synchronized void resyncing(ResyncReason reason) {
		this.state = ReplicaStatus.State.RESYNCING;
		this.resyncs.merge(reason, 1L, Long::sum);
		this.lastResync = reason;
		this.lastResyncAt = this.clock.instant();
		this.leftOut.clear();
	}

	synchronized void rebuilt() {
		this.rebuilds++;
		interim(0, 0);
	}

	/** Has somebody told of each lag. */
	void addLagListener(Consumer<Duration> listener) {
		this.lagListeners.add(listener);
	}

	/**
	 * Notes that the replica has what the truth had. A comparison of everything does not
	 * tell when what it found had been changed.
	 */
	void followed(Truth.Followed followed, int inARow, boolean endless) {
		boolean lagged = followed.documents() > 0 && inARow == 0;
		Duration last = Duration.ofMillis(followed.lagMillis());
		note(followed, lagged ? last : null, inARow, endless);
		if (lagged) {
			this.lagListeners.forEach((listener) -> listener.accept(last));
		}
	}

	private synchronized void note(Truth.Followed followed, @Nullable Duration lag, int inARow, boolean endless) {
		this.behind = 0;
		at(followed.position());
		this.resyncsInARow = inARow;
		if (lag != null) {
			this.lag = lag;
		}
		if (endless) {
			this.state = ReplicaStatus.State.BROKEN;
			this.failure = "It compares everything again and again, last because "
					+ ((this.lastResync != null) ? this.lastResync.text() : "of a failure");
			return;
		}
		this.state = ReplicaStatus.State.FOLLOWING;
		if (this.failure != null) {
			logger.info("The replica of " + this.truth + " follows again");
			this.failure = null;
		}
	}

	/** Notes why the replica does not follow; whether it did until now. */
	synchronized boolean failed(String reason, boolean broken) {
		boolean first = this.failure == null;
		this.failure = reason;
		this.state = broken ? ReplicaStatus.State.BROKEN : ReplicaStatus.State.DISCONNECTED;
		return first;
	}

	synchronized void broken(String reason) {
		this.failure = reason;
		this.state = ReplicaStatus.State.BROKEN;
	}

}
