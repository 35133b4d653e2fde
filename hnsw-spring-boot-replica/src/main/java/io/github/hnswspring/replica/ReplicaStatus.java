package io.github.hnswspring.replica;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.github.hnswspring.vectorstore.ReplicaPosition;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a replica at one moment; taken without any I/O.
 *
 * @param truth what it follows
 * @param state what it does
 * @param copy how far its first copy is if that has begun with vectors, or {@code null}
 * @param position how far it is, or {@code null} if it has followed nothing yet
 * @param positionNumber a number for that, which grows, 0 if it has followed nothing yet
 * @param lastContact when it last had all that the truth has, or {@code null} if never
 * @param behind documents that were seen to have changed and are not applied yet
 * @param lag how long the last change that it followed had been made before
 * @param applied documents it has followed since the start, those that had gone included
 * @param resyncs how often it looked at everything, by reason
 * @param lastResync why it last did, or {@code null}
 * @param lastResyncAt when that was, or {@code null}
 * @param rebuilds how often its files were removed and made anew
 * @param leftOut documents of the truth that it cannot have
 * @param failure why it does not follow, or {@code null}
 */
public record ReplicaStatus(String truth, State state, @Nullable Copy copy, @Nullable String position,
		long positionNumber, @Nullable Instant lastContact, long behind, Duration lag, long applied,
		Map<ResyncReason, Long> resyncs, @Nullable ResyncReason lastResync, @Nullable Instant lastResyncAt,
		long rebuilds, Map<String, String> leftOut, @Nullable String failure) {

	/**
	 * How old the replica is: since when it may lack what others changed.
	 * @param now the present
	 * @return its age, or {@code null} if it never had all
	 */
	public @Nullable Duration age(Instant now) {
		if (this.lastContact == null) {
			return null;
		}
		Duration age = Duration.between(this.lastContact, now);
		return age.isNegative() ? Duration.ZERO : age;
	}

	/**
	 * The same for those who do not know this module.
	 * @param now the present
	 * @return state, position, age and the last resync
	 */
	ReplicaPosition position(Instant now) {
		return new ReplicaPosition(this.truth, this.state.name(), this.state == State.FOLLOWING, this.position,
				this.behind, age(now), this.lag, this.resyncs.values().stream().mapToLong(Long::longValue).sum(),
				(this.lastResync != null) ? this.lastResync.text() : null, this.lastResyncAt, this.leftOut,
				this.failure,
				(this.copy != null) ? new ReplicaPosition.Copy(this.copy.documents(), this.copy.of()) : null);
	}

	/**
	 * How much of a copy is there.
	 *
	 * @param documents that the replica has itself
	 * @param of how many, when the copy began
	 */
	public record Copy(long documents, long of) {

	}

	/** What a replica does. */
	public enum State {

		/** It is not open. */
		STOPPED,

		/** It has all that the truth had a moment ago. */
		FOLLOWING,

		/** It is made anew and has not all yet; whoever asks it waits. */
		REFILLING,

		/**
		 * It has not all yet and answers from the vectors of all documents and from the
		 * rows of the truth, where that can be: searches by meaning without a filter, and
		 * documents by their ids. Whoever asks for anything else waits.
		 */
		ANSWERING_MEANWHILE,

		/** It compares itself with all that the truth has. */
		RESYNCING,

		/** The truth cannot be reached, or not be followed. */
		DISCONNECTED,

		/** A change could not be applied to it. */
		BROKEN

	}

}
