package io.github.hnswspring.replica.autoconfigure;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import io.github.hnswspring.replica.ReplicaStatus;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Reports how far a replica is, from figures that it keeps in memory. It stays UP without
 * its database, since searches go on, unless it is older than it may be: then it is
 * OUT_OF_SERVICE. It is DOWN when changes cannot be applied to it, and when the embedding
 * model was last seen to be another one than its vectors come from. Thread-safe.
 */
final class ReplicaHealthIndicator extends AbstractHealthIndicator {

	private static final int NAMED = 10;

	private final ReplicatedVectorStore store;

	private final InstantSource clock;

	ReplicaHealthIndicator(ReplicatedVectorStore store, InstantSource clock) {
		super("The health check of the replica failed");
		this.store = store;
		this.clock = clock;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		ReplicaStatus status = this.store.replicaStatus();
		Duration age = status.age(this.clock.instant());
		Duration maxAge = this.store.replicaSettings().maxAge();
		String mismatch = this.store.status().embeddingMismatch();
		boolean old = maxAge != null && (age == null || age.compareTo(maxAge) > 0);
		switch (status.state()) {
			// What has to wait would fail here, and another instance can do it.
			case STOPPED, REFILLING, ANSWERING_MEANWHILE -> builder.outOfService();
			case BROKEN -> builder.down();
			default -> builder.status((mismatch != null) ? Status.DOWN : old ? Status.OUT_OF_SERVICE : Status.UP);
		}
		builder.withDetail("truth", status.truth());
		builder.withDetail("state", Names.of(status.state()));
		ReplicaStatus.Copy copy = status.copy();
		put(builder, "copied", (copy != null) ? copy.documents() + " of " + copy.of() : null);
		put(builder, "position", status.position());
		builder.withDetail("behind", status.behind());
		put(builder, "age", (age != null) ? age.toString() : null);
		put(builder, "lastContact", (status.lastContact() != null) ? status.lastContact().toString() : null);
		put(builder, "failure", status.failure());
		put(builder, "embeddingMismatch", mismatch);
		if (status.lastResync() != null) {
			put(builder, "lastResync", status.lastResyncAt() + ": " + status.lastResync().text());
		}
		Map<String, Long> resyncs = new TreeMap<>();
		status.resyncs().forEach((reason, times) -> resyncs.put(Names.of(reason), times));
		builder.withDetail("resyncs", resyncs);
		if (status.rebuilds() > 0) {
			builder.withDetail("rebuilds", status.rebuilds());
		}
		if (!status.leftOut().isEmpty()) {
			builder.withDetail("leftOut", status.leftOut().size());
			Map<String, String> first = new LinkedHashMap<>();
			status.leftOut()
				.entrySet()
				.stream()
				.limit(NAMED)
				.forEach((each) -> first.put(each.getKey(), each.getValue()));
			builder.withDetail("leftOutDocuments", first);
		}
		if (old) {
			builder.withDetail("maxAge", String.valueOf(maxAge));
		}
	}

	private static void put(Health.Builder builder, String name, @Nullable Object value) {
		if (value != null) {
			builder.withDetail(name, value);
		}
	}

}
