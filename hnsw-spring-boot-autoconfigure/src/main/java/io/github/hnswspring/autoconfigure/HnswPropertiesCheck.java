package io.github.hnswspring.autoconfigure;

import java.time.Duration;
import java.math.BigDecimal;
import java.util.Locale;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.SearchMode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;

/**
 * Finds values of the {@code hnsw.*} properties that make no sense, and names the
 * property. Confined to the thread that starts the application.
 */
final class HnswPropertiesCheck {

	private static final int MAX_THREADS = 1024;

	private final HnswProperties properties;

	HnswPropertiesCheck(HnswProperties properties) {
		this.properties = properties;
	}

	void check() {
		if (this.properties.getDimensions() != null) {
			inRange("hnsw.dimensions", this.properties.getDimensions(), 1, HnswIndex.MAX_DIMENSIONS);
		}
		inRange("hnsw.m", this.properties.getM(), 2, HnswIndexBuilder.MAX_M);
		inRange("hnsw.ef-construction", this.properties.getEfConstruction(), 1, HnswIndexBuilder.MAX_EF);
		checkSearch(this.properties.getTargetRecall(), this.properties.getEfSearch());
		if (this.properties.getThreads() != null) {
			inRange("hnsw.threads", this.properties.getThreads(), 1, MAX_THREADS);
		}
		Duration refresh = this.properties.getRefreshInterval();
		if (refresh.isNegative() || refresh.isZero()) {
			throw invalid("hnsw.refresh-interval", refresh, "It must be longer than zero.");
		}
		if (this.properties.getLockTimeout().isNegative()) {
			throw invalid("hnsw.lock-timeout", this.properties.getLockTimeout(),
					"It must not be negative; 0s does not wait at all.");
		}
		Duration timeToLive = this.properties.getTimeToLive();
		if (timeToLive != null && timeToLive.compareTo(Duration.ofSeconds(1)) < 0) {
			throw invalid("hnsw.time-to-live", timeToLive,
					"It must be at least a second. Say the unit, such as 30d, 12h or 90s; a number alone stands for "
							+ "milliseconds. Leave it out, or its value empty, if documents need not end.");
		}
		if (DirectoryProperty.path(this.properties.getDirectory()) == null && this.properties.isReadOnly()) {
			throw invalid("hnsw.read-only", true,
					"Reading needs an existing store; set hnsw.directory to its directory.");
		}
		SearchMode mode = this.properties.getSearch().getMode();
		if (mode != SearchMode.DENSE && !this.properties.getText().isEnabled()) {
			throw invalid("hnsw.search.mode", mode.name().toLowerCase(Locale.ROOT),
					"It needs the text index, which is switched off with hnsw.text.enabled=false. Leave that out to "
							+ "have one, or the mode to search by meaning.");
		}
		notEmpty("hnsw.passages.document-key", this.properties.getPassages().getDocumentKey());
		notEmpty("hnsw.passages.position-key", this.properties.getPassages().getPositionKey());
		BigDecimal price = this.properties.getEmbedding().getPricePerMillionTokens();
		if (price != null && price.signum() < 0) {
			throw invalid("hnsw.embedding.price-per-million-tokens", price, "It must not be negative.");
		}
		check(this.properties.getSnapshot());
		check(this.properties.getLimits());
	}

	private static void checkSearch(@Nullable Double targetRecall, @Nullable Integer efSearch) {
		if (targetRecall != null && !(targetRecall > 0 && targetRecall <= 1)) {
			throw invalid("hnsw.target-recall", targetRecall, "It must be above 0 and at most 1, such as 0.99.");
		}
		if (efSearch == null) {
			return;
		}
		inRange("hnsw.ef-search", efSearch, 1, HnswIndexBuilder.MAX_EF);
		if (targetRecall != null) {
			throw invalid("hnsw.ef-search", efSearch, "hnsw.target-recall is set too, to " + targetRecall
					+ ". Keep the target to let the index choose how many candidates it takes, or hnsw.ef-search to "
					+ "fix their number; remove the other one, or leave its value empty.");
		}
	}

	private static void check(HnswProperties.Snapshot snapshot) {
		if (snapshot.getChanges() < 1) {
			throw invalid("hnsw.snapshot.changes", snapshot.getChanges(), "It must be at least 1.");
		}
		if (snapshot.getInterval().isNegative() || snapshot.getInterval().isZero()) {
			throw invalid("hnsw.snapshot.interval", snapshot.getInterval(), "It must be longer than zero.");
		}
	}

	private static void check(LimitProperties limits) {
		atLeast("hnsw.limits.id-length", limits.getIdLength(), 1);
		atLeast("hnsw.limits.text-length", limits.getTextLength(), 1);
		atLeast("hnsw.limits.metadata-length", limits.getMetadataLength(), 1);
		atLeast("hnsw.limits.documents-per-call", limits.getDocumentsPerCall(), 1);
		atLeast("hnsw.limits.top-k", limits.getTopK(), 1);
		atLeast("hnsw.limits.query-length", limits.getQueryLength(), 1);
		inRange("hnsw.limits.metadata-depth", limits.getMetadataDepth(), 1, Limits.MAX_METADATA_DEPTH);
		inRange("hnsw.limits.filter-size", limits.getFilterSize(), 1, Limits.MAX_FILTER_SIZE);
		inRange("hnsw.limits.dimensions", limits.getDimensions(), 1, HnswIndex.MAX_DIMENSIONS);
		atLeast("hnsw.limits.concurrent-ingests", limits.getConcurrentIngests(), 1);
		atLeast("hnsw.limits.waiting-ingests", limits.getWaitingIngests(), 0);
	}

	private static void notEmpty(String name, String value) {
		if (!StringUtils.hasText(value)) {
			throw invalid(name, value, "It must be a metadata key; leave the property out for its default.");
		}
	}

	private static void atLeast(String name, int value, int min) {
		inRange(name, value, min, Integer.MAX_VALUE);
	}

	private static void inRange(String name, int value, int min, int max) {
		if (value < min || value > max) {
			throw invalid(name, value, "It must be between " + min + " and " + max + ".");
		}
	}

	static InvalidConfigurationPropertyValueException invalid(String name, @Nullable Object value, String reason) {
		return new InvalidConfigurationPropertyValueException(name, value, reason);
	}

}
