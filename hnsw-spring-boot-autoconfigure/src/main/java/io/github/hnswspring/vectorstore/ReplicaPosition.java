package io.github.hnswspring.vectorstore;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * How a store follows what it is a replica of, at one moment, whatever module makes it a
 * replica.
 *
 * @param truth what it follows, for people
 * @param state what it does, such as {@code FOLLOWING}
 * @param following whether it had all that the truth has a moment ago
 * @param position how far it is, or {@code null} if it has followed nothing yet
 * @param behind documents that were seen to have changed and are not applied yet
 * @param age since when it may lack what others changed, or {@code null} if it never had
 * all
 * @param lag how long the last change that it followed had been made before
 * @param resyncs how often it compared itself with all there is since the start
 * @param lastResync why it last did, or {@code null}
 * @param lastResyncAt when that was, or {@code null}
 * @param leftOut documents of the truth that it cannot have, each with the reason
 * @param failure why it does not follow, or {@code null}
 * @param copy how far its first copy is, as far as that is counted; {@code null} where it
 * is not, or where there is none
 */
public record ReplicaPosition(String truth, String state, boolean following, @Nullable String position, long behind,
		@Nullable Duration age, Duration lag, long resyncs, @Nullable String lastResync, @Nullable Instant lastResyncAt,
		Map<String, String> leftOut, @Nullable String failure, @Nullable Copy copy) {

	/** What it does while it is being filled. */
	private static final Set<String> FILLING = Set.of("REFILLING", "ANSWERING_MEANWHILE");

	/**
	 * Whether it is being filled: it has not all yet, and most questions wait until it
	 * has.
	 * @return whether they do
	 */
	public boolean isBeingFilled() {
		return FILLING.contains(this.state);
	}

	/**
	 * How much of a copy is there.
	 *
	 * @param documents that the replica has itself
	 * @param of how many, when the copy began
	 */
	public record Copy(long documents, long of) {

	}

}
