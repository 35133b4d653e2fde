package io.github.hnswspring.replica.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

import io.github.hnswspring.replica.ReplicaStatus;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.ResyncReason;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The Actuator endpoint {@code hnswreplica}: how far the replica of this instance is.
 * Answers from figures in memory, also without the database. Thread-safe.
 */
@Endpoint(id = "hnswreplica", defaultAccess = Access.READ_ONLY)
public final class ReplicaEndpoint {

	private final ReplicatedVectorStore store;

	private final InstantSource clock;

	/**
	 * Creates the endpoint.
	 * @param store the replica
	 */
	public ReplicaEndpoint(ReplicatedVectorStore store) {
		this(store, InstantSource.system());
	}

	ReplicaEndpoint(ReplicatedVectorStore store, InstantSource clock) {
		this.store = store;
		this.clock = clock;
	}

	/**
	 * Describes the replica.
	 * @return its figures at this moment
	 */
	@ReadOperation
	public ReplicaDescriptor replica() {
		ReplicaStatus status = this.store.replicaStatus();
		Duration maxAge = this.store.replicaSettings().maxAge();
		Map<String, Long> resyncs = new TreeMap<>();
		for (ResyncReason reason : ResyncReason.values()) {
			resyncs.put(Names.of(reason), status.resyncs().getOrDefault(reason, 0L));
		}
		return new ReplicaDescriptor(status.truth(), Names.of(status.state()), status.copy(), status.position(),
				status.positionNumber(), status.lastContact(), millis(status.age(this.clock.instant())), millis(maxAge),
				status.behind(), status.lag().toMillis(), status.applied(), resyncs, LastResync.of(status),
				status.rebuilds(), new TreeMap<>(status.leftOut()), status.failure());
	}

	private static @Nullable Long millis(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() : null;
	}

	/**
	 * A replica.
	 *
	 * @param truth what it follows
	 * @param state what it does
	 * @param copy how many documents it has of how many, while it answers from the truth
	 * before its first copy is complete, {@code null} otherwise
	 * @param position how far it is, {@code null} if it has followed nothing yet
	 * @param positionNumber a number for that, which grows
	 * @param lastContact when it last had all that the truth has, {@code null} if never
	 * @param ageMillis how long ago that was
	 * @param maxAgeMillis how long that may be before its health is OUT_OF_SERVICE,
	 * {@code null} for any time
	 * @param behind documents that were seen to have changed and are not applied yet
	 * @param lagMillis how old the last change of others was when the replica had it
	 * @param applied documents it has followed since the start
	 * @param resyncs how often it has looked at everything, by reason
	 * @param lastResync the last time, {@code null} if it never has
	 * @param rebuilds how often its files were removed and made anew
	 * @param leftOut documents of the truth that it cannot have, and why
	 * @param failure why it does not follow, {@code null} if it does
	 */
	public record ReplicaDescriptor(String truth, String state, ReplicaStatus.@Nullable Copy copy,
			@Nullable String position, long positionNumber, @Nullable Instant lastContact, @Nullable Long ageMillis,
			@Nullable Long maxAgeMillis, long behind, long lagMillis, long applied, Map<String, Long> resyncs,
			@Nullable LastResync lastResync, long rebuilds, Map<String, String> leftOut,
			@Nullable String failure) implements OperationResponseBody {

	}

	/**
	 * When the replica last looked at everything.
	 *
	 * @param at the moment
	 * @param reason why, as among the resyncs
	 * @param text why, in words
	 */
	public record LastResync(@Nullable Instant at, String reason, String text) {

		static @Nullable LastResync of(ReplicaStatus status) {
			ResyncReason reason = status.lastResync();
			return (reason != null) ? new LastResync(status.lastResyncAt(), Names.of(reason), reason.text()) : null;
		}

	}

}
