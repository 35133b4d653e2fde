package io.github.hnswspring.replica.autoconfigure;

import java.time.InstantSource;
import java.util.Objects;

import io.github.hnswspring.replica.ReplicatedVectorStore;

import org.springframework.boot.health.contributor.Health;

/** What health says of a replica, for tests of other packages. */
public final class ReplicaHealth {

	private ReplicaHealth() {
	}

	public static Health of(ReplicatedVectorStore store) {
		return Objects.requireNonNull(new ReplicaHealthIndicator(store, InstantSource.system()).health());
	}

}
