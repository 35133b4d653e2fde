package io.github.hnswspring.replica.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.github.hnswspring.replica.ReplicaStatus;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.ResyncReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters {@code hnsw.replica.*}. Thread-safe: it only reads a snapshot of the replica's
 * figures, and the replica tells of each lag.
 */
final class ReplicaMetrics implements MeterBinder {

	private final ReplicatedVectorStore store;

	ReplicaMetrics(ReplicatedVectorStore store) {
		this.store = store;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		TimeGauge.builder("hnsw.replica.age", this.store, TimeUnit.MILLISECONDS, of(ReplicaMetrics::age))
			.description("How long ago the replica last had all that its truth has")
			.register(registry);
		Timer lag = Timer.builder("hnsw.replica.lag")
			.description("How old the oldest change was when the replica had it, for each look that brought some")
			.register(registry);
		this.store.addLagListener(lag::record);
		Gauge.builder("hnsw.replica.position", this.store, of(ReplicaStatus::positionNumber))
			.description("How far the replica is: a number that grows, to compare instances by")
			.register(registry);
		Gauge.builder("hnsw.replica.behind", this.store, of(ReplicaStatus::behind))
			.description("Changed documents that are not applied yet")
			.register(registry);
		Gauge
			.builder("hnsw.replica.following", this.store,
					of((status) -> (status.state() == ReplicaStatus.State.FOLLOWING) ? 1 : 0))
			.description("1 while the replica follows its truth, 0 while it does not")
			.register(registry);
		Gauge.builder("hnsw.replica.left.out", this.store, of((status) -> status.leftOut().size()))
			.description("Documents of the truth that the replica cannot have")
			.register(registry);
		FunctionCounter.builder("hnsw.replica.applied", this.store, of(ReplicaStatus::applied))
			.description("Documents the replica has followed")
			.register(registry);
		FunctionCounter.builder("hnsw.replica.rebuilds", this.store, of(ReplicaStatus::rebuilds))
			.description("How often the replica was removed and made anew")
			.register(registry);
		for (ResyncReason reason : ResyncReason.values()) {
			FunctionCounter
				.builder("hnsw.replica.resyncs", this.store, of((status) -> status.resyncs().getOrDefault(reason, 0L)))
				.tag("reason", Names.of(reason))
				.description("How often the replica was compared with all that its truth has")
				.register(registry);
		}
	}

	private static double age(ReplicaStatus status) {
		Duration age = status.age(Instant.now());
		return (age != null) ? age.toMillis() : Double.NaN;
	}

	private static ToDoubleFunction<ReplicatedVectorStore> of(ToDoubleFunction<ReplicaStatus> figure) {
		return (store) -> figure.applyAsDouble(store.replicaStatus());
	}

}
