package io.github.hnswspring.autoconfigure.health;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.function.Supplier;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexParameters;
import io.github.hnswspring.vectorstore.IndexState;
import org.jspecify.annotations.Nullable;
import io.github.hnswspring.vectorstore.MigrationStatus;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreProgress;
import io.github.hnswspring.vectorstore.StoreRecall;
import io.github.hnswspring.vectorstore.StoreStatus;
import io.github.hnswspring.vectorstore.TextIndexState;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Reports the health of a store from the figures it keeps in memory: a probe never
 * touches the disk. A rebuild is no fault - the former index answers meanwhile, or
 * searches are exact where there is none - so the store stays UP, as it does with single
 * damaged documents, which are a detail. So it does while it migrates to another
 * embedding model, also if that cannot go on: the detail {@code migration} then says why
 * and what to do. It is DOWN when it can no longer write, or the embedding model is
 * another one than the store's and nothing answers instead, and OUT_OF_SERVICE while
 * stopped. Thread-safe: it only reads a snapshot of the store's state.
 */
public final class HnswHealthIndicator extends AbstractHealthIndicator {

	private static final Duration LASTING = Duration.ofSeconds(1);

	private final Supplier<StoreStatus> status;

	/**
	 * Creates an indicator.
	 * @param vectorStore the store to report on
	 */
	public HnswHealthIndicator(HnswVectorStore vectorStore) {
		this(vectorStore::status);
	}

	HnswHealthIndicator(Supplier<StoreStatus> status) {
		super("HNSW vector store health check failed");
		this.status = status;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		StoreStatus status = this.status.get();
		applyStatus(builder, status);
		builder.withDetail("documents", status.documents());
		status.dimensions().ifPresent((dimensions) -> builder.withDetail("dimensions", dimensions));
		if (status.embeddingModel() != null) {
			builder.withDetail("embeddingModel", status.embeddingModel());
		}
		if (status.embeddingMismatch() != null) {
			builder.withDetail("embeddingMismatch", status.embeddingMismatch());
		}
		applyMigration(builder, status.migration());
		applyIndexState(builder, status);
		applyTextIndexState(builder, status);
		if (status.running()) {
			applyRecall(builder, status.recall());
		}
		applyActivities(builder, status.activities());
		builder.withDetail("directory", (status.directory() != null) ? status.directory().toString() : "temporary");
		builder.withDetail("simd", status.simd());
		if (status.readOnly()) {
			builder.withDetail("readOnly", true);
		}
		if (status.damagedRows() > 0) {
			builder.withDetail("damagedDocuments", status.damagedRows());
		}
		if (status.damage() != null) {
			builder.withDetail("damage", status.damage());
		}
		if (status.writeFailure() != null) {
			builder.withDetail("writeFailure", status.writeFailure());
		}
	}

	private static void applyMigration(Health.Builder builder, @Nullable MigrationStatus migration) {
		if (migration == null) {
			return;
		}
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("phase", migration.phase().name().toLowerCase(Locale.ROOT));
		put(details, "from", migration.fromModel());
		put(details, "to", migration.toModel());
		details.put("embedded", migration.embedded());
		if (migration.refused() > 0) {
			details.put("refused", migration.refused());
			details.put("refusedDocuments",
					migration.refusedDocuments().stream().map(MigrationStatus.RefusedDocument::toString).toList());
		}
		if (migration.byWords()) {
			details.put("answers", "by words alone");
		}
		if (migration.waitingForModel()) {
			details.put("waitingForModel", true);
		}
		put(details, "failure", migration.failure());
		put(details, "failingSince", (migration.failingSince() != null) ? migration.failingSince().toString() : null);
		put(details, "problem", migration.problem());
		put(details, "formerKeptUntil",
				(migration.formerKeptUntil() != null) ? migration.formerKeptUntil().toString() : null);
		builder.withDetail("migration", details);
	}

	private static void put(Map<String, Object> details, String name, @Nullable Object value) {
		if (value != null) {
			details.put(name, value);
		}
	}

	private static void applyStatus(Health.Builder builder, StoreStatus status) {
		if (!status.running() || status.indexState() == IndexState.CLOSED) {
			builder.outOfService();
		}
		else if (status.embeddingMismatch() != null || isUnanswered(status)) {
			builder.down();
		}
		else if (!status.readOnly() && (!status.writable() || status.writeFailure() != null)) {
			builder.down();
		}
		else {
			builder.up();
		}
	}

	/**
	 * Words should answer until a migration has switched, and there is no index of them.
	 */
	private static boolean isUnanswered(StoreStatus status) {
		MigrationStatus migration = status.migration();
		return migration != null && migration.byWords() && status.textIndexState() == TextIndexState.OFF;
	}

	private static void applyRecall(Health.Builder builder, StoreRecall recall) {
		builder.withDetail("search", recall.describe());
		if (recall.target() != null) {
			builder.withDetail("targetRecall", recall.target());
		}
		if (recall.measured() != null) {
			builder.withDetail("measuredRecall", recall.measured());
		}
	}

	private static void applyTextIndexState(Health.Builder builder, StoreStatus status) {
		SearchMode mode = status.searchSettings().mode();
		if (mode != SearchMode.DENSE) {
			builder.withDetail("searchMode", mode.name().toLowerCase(Locale.ROOT));
		}
		if (status.running()) {
			builder.withDetail("textIndex", status.textIndexState().name().toLowerCase(Locale.ROOT));
		}
		if (status.textIndexState() == TextIndexState.BUILDING) {
			builder.withDetail("textIndexProgress", Math.round(status.textIndexProgress() * 1000) / 1000.0);
		}
	}

	/** A probe is not for what is over in no time. */
	private static void applyActivities(Health.Builder builder, List<StoreProgress> activities) {
		List<String> lasting = activities.stream()
			.filter((progress) -> progress.elapsed().compareTo(LASTING) >= 0)
			.map(HnswHealthIndicator::describe)
			.toList();
		if (!lasting.isEmpty()) {
			builder.withDetail("activities", lasting);
		}
	}

	private static String describe(StoreProgress progress) {
		String text = progress.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ')
				+ (progress.subject().isEmpty() ? "" : " " + progress.subject()) + ": " + progress.done();
		return (progress.total() > 0) ? text + " of " + progress.total() : text;
	}

	private static String describe(IndexParameters parameters) {
		return "m " + parameters.m() + ", ef-construction " + parameters.efConstruction() + ", quantization "
				+ parameters.quantization();
	}

	private static void applyIndexState(Health.Builder builder, StoreStatus status) {
		builder.withDetail("index", status.indexState().name().toLowerCase(Locale.ROOT));
		if (status.indexState() == IndexState.REBUILDING) {
			builder.withDetail("progress", Math.round(status.rebuildProgress() * 1000) / 1000.0);
			IndexParameters serving = status.servingIndex();
			if (serving != null && !serving.equals(status.configuredIndex())) {
				builder.withDetail("servingParameters", describe(serving));
				builder.withDetail("configuredParameters", describe(status.configuredIndex()));
			}
		}
	}

}
