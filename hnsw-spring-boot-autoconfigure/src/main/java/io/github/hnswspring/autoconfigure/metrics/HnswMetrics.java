package io.github.hnswspring.autoconfigure.metrics;

import java.time.Duration;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreListener;
import io.github.hnswspring.vectorstore.StoreProgress;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;
import io.github.hnswspring.vectorstore.StoreStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of one store, each tagged with the name of its bean. Gauges and counters read
 * the figures the store keeps in memory; timers are told by the store. Thread-safe: holds
 * no state of its own.
 */
public final class HnswMetrics implements MeterBinder {

	private final HnswVectorStore vectorStore;

	private final Tags tags;

	/**
	 * Creates the binder.
	 * @param vectorStore the store to measure
	 * @param name the value of the tag {@code store}
	 */
	public HnswMetrics(HnswVectorStore vectorStore, String name) {
		this.vectorStore = vectorStore;
		this.tags = Tags.of("store", name);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		gauge(registry, "hnsw.documents", BaseUnits.OBJECTS, "Live documents", StoreStatus::documents);
		gauge(registry, "hnsw.index.bytes", BaseUnits.BYTES, "Memory held by the index, heap and mapped files",
				StoreStatus::indexBytes);
		gauge(registry, "hnsw.snapshot.pending", "changes", "Changes the files of the index do not hold yet",
				(status) -> Math.max(0, status.lastChange() - status.lastSnapshotChange()));
		counter(registry, "hnsw.embeddings.computed", "Embeddings asked of the model, of documents and of questions",
				StoreStatus::embeddingsComputed);
		counter(registry, "hnsw.embeddings.reused", "Embeddings taken from documents with the same content",
				StoreStatus::embeddingsReused);
		for (Kind kind : Kind.values()) {
			progress(registry, kind);
		}
		this.vectorStore.addListener(new Timers(registry, this.tags));
	}

	private void gauge(MeterRegistry registry, String name, String unit, String description,
			ToDoubleFunction<StoreStatus> value) {
		Gauge.builder(name, this.vectorStore, (store) -> value.applyAsDouble(store.status()))
			.tags(this.tags)
			.baseUnit(unit)
			.description(description)
			.register(registry);
	}

	private void progress(MeterRegistry registry, Kind kind) {
		Tags activity = this.tags.and("activity", kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
		Gauge.builder("hnsw.progress", this.vectorStore, (store) -> share(store.status(), kind))
			.tags(activity)
			.description("Share that is done of what takes its time, 1 while nothing of the kind is under way")
			.register(registry);
		Gauge.builder("hnsw.progress.remaining", this.vectorStore, (store) -> remaining(store.status(), kind))
			.tags(activity)
			.baseUnit(BaseUnits.OBJECTS)
			.description("Documents left to do of what takes its time")
			.register(registry);
		Gauge.builder("hnsw.progress.idle", this.vectorStore, (store) -> idle(store.status(), kind))
			.tags(activity)
			.baseUnit("seconds")
			.description("For how long one that takes its time has not got on, the longest of the kind")
			.register(registry);
	}

	private static double idle(StoreStatus status, Kind kind) {
		return status.activities()
			.stream()
			.filter((progress) -> progress.kind() == kind)
			.mapToDouble((progress) -> progress.idle().toMillis() / 1000.0)
			.max()
			.orElse(0);
	}

	private static double share(StoreStatus status, Kind kind) {
		double total = sum(status, kind, StoreProgress::total);
		// Nothing under way is all done.
		return (total > 0) ? Math.min(1, sum(status, kind, StoreProgress::done) / total) : 1;
	}

	private static double remaining(StoreStatus status, Kind kind) {
		return sum(status, kind, (progress) -> Math.max(0, progress.total() - progress.done()));
	}

	private static double sum(StoreStatus status, Kind kind, ToLongFunction<StoreProgress> figure) {
		return status.activities().stream().filter((progress) -> progress.kind() == kind).mapToLong(figure).sum();
	}

	private void counter(MeterRegistry registry, String name, String description, ToDoubleFunction<StoreStatus> value) {
		FunctionCounter.builder(name, this.vectorStore, (store) -> value.applyAsDouble(store.status()))
			.tags(this.tags)
			.description(description)
			.register(registry);
	}

	/**
	 * Records what the store reports. Thread-safe: timers are.
	 */
	private static final class Timers implements StoreListener {

		private final Timer searched;

		private final Timer searchFailed;

		private final Timer added;

		private final Timer addFailed;

		Timers(MeterRegistry registry, Tags tags) {
			this.searched = timer(registry, "hnsw.search", "Searches, the query's embedding included", tags, "success");
			this.searchFailed = timer(registry, "hnsw.search", "Searches, the query's embedding included", tags,
					"failure");
			this.added = timer(registry, "hnsw.add", "Calls of add, embeddings included", tags, "success");
			this.addFailed = timer(registry, "hnsw.add", "Calls of add, embeddings included", tags, "failure");
		}

		private static Timer timer(MeterRegistry registry, String name, String description, Tags tags, String outcome) {
			return Timer.builder(name).tags(tags.and("outcome", outcome)).description(description).register(registry);
		}

		@Override
		public void onSearch(Duration duration, boolean success) {
			(success ? this.searched : this.searchFailed).record(duration);
		}

		@Override
		public void onAdd(Duration duration, boolean success) {
			(success ? this.added : this.addFailed).record(duration);
		}

	}

}
