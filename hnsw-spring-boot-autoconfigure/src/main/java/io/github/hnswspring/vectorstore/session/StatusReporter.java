package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.vectorstore.IndexParameters;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.StoreRecall;
import io.github.hnswspring.vectorstore.StoreStatus;
import io.github.hnswspring.vectorstore.TextIndexState;
import io.github.hnswspring.vectorstore.derived.StoreIndex;
import io.github.hnswspring.vectorstore.derived.Simd;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;

/**
 * Collects the figures of a store without any I/O, unless documents have ended and are
 * not removed yet. Thread-safe.
 */
public final class StatusReporter {

	private final StoreOptions options;

	private final EmbeddingCounters counters;

	private final Activities activities;

	private final IndexParameters configured;

	public StatusReporter(StoreOptions options, EmbeddingCounters counters, Activities activities) {
		this.options = options;
		this.counters = counters;
		this.activities = activities;
		this.configured = options.indexParameters();
	}

	public StoreStatus status(@Nullable StoreSession session, @Nullable StoreDirectory temporary,
			@Nullable MigrationStatus migration) {
		Path directory = (temporary != null) ? temporary.path() : this.options.directory();
		boolean isTemporary = this.options.directory() == null;
		if (session == null) {
			OptionalInt dimensions = (this.options.dimensions() > 0) ? OptionalInt.of(this.options.dimensions())
					: OptionalInt.empty();
			return new StoreStatus(false, IndexState.CLOSED, 0, 0, dimensions, this.options.embeddingModelName(), null,
					directory, isTemporary, this.options.readOnly(), Simd.IN_USE, this.options.recall(null), 0, false,
					null, 0, null, this.counters.computed(), this.counters.reused(), 0, 0, TextIndexState.OFF, 0,
					this.options.searchSettings(), this.configured, null, migration, this.activities.running());
		}
		HnswStatistics statistics = session.maintenance().statistics();
		String failure = session.health().failure();
		StoreIndex index = session.index();
		return new StoreStatus(true, index.state(), index.buildProgress(),
				session.reader().countRoughly(session.writer()::documents), dimensions(session),
				this.options.modelName(session.identity()), session.modelHealth().mismatch(),
				session.directory().path(), isTemporary, this.options.readOnly(), Simd.IN_USE,
				recall(index, statistics), (statistics != null) ? statistics.heapBytes() + statistics.mappedBytes() : 0,
				failure == null && !this.options.readOnly(), failure, session.health().damagedRows().count(),
				session.health().damagedRows().problem(), this.counters.computed(), this.counters.reused(),
				index.lastSavedChange(), index.appliedChange(), session.text().state(), session.text().progress(),
				this.options.searchSettings(), this.configured, index.parameters(), migration,
				this.activities.running());
	}

	private StoreRecall recall(StoreIndex index, @Nullable HnswStatistics statistics) {
		return (statistics != null && !index.isSearchedExactly()) ? StoreRecall.of(statistics)
				: this.options.recall(1.0);
	}

	private OptionalInt dimensions(StoreSession session) {
		OptionalInt known = session.identity().dimensions();
		return (known.isEmpty() && this.options.dimensions() > 0) ? OptionalInt.of(this.options.dimensions()) : known;
	}

}
