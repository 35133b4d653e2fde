package io.github.hnswspring.ingest.autoconfigure;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.ingest.DocumentInfo;
import io.github.hnswspring.ingest.Ingestion;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Figures of an {@link Ingestion}. Thread-safe: reads only.
 *
 * <ul>
 * <li>{@code hnsw.ingest.documents}, by {@code state}: documents now</li>
 * <li>{@code hnsw.ingest.rounds}: rounds over the sources and how long they took</li>
 * <li>{@code hnsw.ingest.characters}: characters of text that were read</li>
 * <li>{@code hnsw.ingest.embeddings}, by {@code origin}: passages whose embedding was
 * {@code computed}, or {@code known} and used again</li>
 * </ul>
 */
final class IngestMetrics implements MeterBinder {

	private final Ingestion ingestion;

	IngestMetrics(Ingestion ingestion) {
		this.ingestion = ingestion;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (DocumentInfo.State state : DocumentInfo.State.values()) {
			Gauge.builder("hnsw.ingest.documents", this.ingestion, (ingestion) -> count(ingestion, state))
				.tag("state", state.name().toLowerCase(Locale.ROOT))
				.description("Documents, by how far they are")
				.register(registry);
		}
		FunctionTimer
			.builder("hnsw.ingest.rounds", this.ingestion, (ingestion) -> ingestion.statistics().rounds(),
					(ingestion) -> ingestion.statistics().took().toNanos(), TimeUnit.NANOSECONDS)
			.description("Rounds over all sources")
			.register(registry);
		FunctionCounter
			.builder("hnsw.ingest.characters", this.ingestion, (ingestion) -> ingestion.statistics().characters())
			.description("Characters of text that were read")
			.register(registry);
		FunctionCounter
			.builder("hnsw.ingest.embeddings", this.ingestion, (ingestion) -> ingestion.statistics().embedded())
			.tag("origin", "computed")
			.description("Embeddings of passages that were stored")
			.register(registry);
		FunctionCounter
			.builder("hnsw.ingest.embeddings", this.ingestion, (ingestion) -> ingestion.statistics().reused())
			.tag("origin", "known")
			.description("Embeddings of passages that were stored")
			.register(registry);
	}

	private static double count(Ingestion ingestion, DocumentInfo.State state) {
		return ingestion.documents().stream().filter((document) -> document.state() == state).count();
	}

}
