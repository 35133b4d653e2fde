package io.github.hnswspring.vectorstore.options;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SharedTruth;
import io.github.hnswspring.vectorstore.StoreMetadata;
import io.github.hnswspring.vectorstore.storage.ConnectionSource;
import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;

/** The defaults, and the checks of what was set. Confined to one builder. */
public final class StoreOptionsBuilder {

	/** See {@code HnswVectorStore.DEFAULT_EXCLUDED_EMBED_METADATA_KEYS}. */
	public static final List<String> DEFAULT_EXCLUDED_EMBED_METADATA_KEYS = Stream
		.concat(Stream.of("parent_document_id", "chunk_index", "total_chunks", "distance", StoreMetadata.EXPIRES_AT),
				HitMetadata.KEYS.stream())
		.toList();

	public @Nullable String name;

	public @Nullable Path directory;

	public Metric metric = Metric.COSINE;

	public int dimensions;

	public int m = HnswIndexBuilder.DEFAULT_M;

	public int efConstruction = HnswIndexBuilder.DEFAULT_EF_CONSTRUCTION;

	public @Nullable Double targetRecall;

	public @Nullable Integer efSearch;

	public Quantization quantization = HnswIndexBuilder.DEFAULT_QUANTIZATION;

	public @Nullable String embeddingModelName;

	public Set<String> excludedEmbedMetadataKeys = Set.copyOf(DEFAULT_EXCLUDED_EMBED_METADATA_KEYS);

	public boolean readOnly;

	public Duration lockTimeout = Duration.ZERO;

	public Duration refreshInterval = Duration.ofMillis(500);

	public int snapshotChanges = 10_000;

	public Duration snapshotInterval = Duration.ofMinutes(5);

	public Consumer<HnswIndexBuilder> indexCustomizer = (builder) -> {
	};

	public boolean textIndex = true;

	public @Nullable String textLanguage;

	public SearchMode searchMode = SearchMode.DENSE;

	public PassageKeys passageKeys = PassageKeys.DEFAULTS;

	public Limits limits = Limits.DEFAULTS;

	public @Nullable Duration timeToLive;

	public ConnectionSource connections = new SqliteConnectionSource();

	public DerivedFiles files = DerivedFiles.DEFAULT;

	public OnModelChange onModelChange = OnModelChange.REFUSE;

	public @Nullable BigDecimal pricePerMillionTokens;

	public InstantSource clock = InstantSource.system();

	/** How long a caller waits for a model to tell which one it is; some load first. */
	public Duration modelPatience = Duration.ofSeconds(30);

	/** Whether something else is the truth, and the store is made from it. */
	public boolean replica;

	/** Where changes of documents go first; {@code null} for any other store. */
	public @Nullable SharedTruth truth;

	public StoreOptions build() {
		String model = (this.embeddingModelName != null && !this.embeddingModelName.isBlank())
				? this.embeddingModelName.strip() : null;
		if (this.dimensions < 0 || this.dimensions > HnswIndex.MAX_DIMENSIONS) {
			throw new IllegalArgumentException("dimensions (" + property("dimensions") + ") must be 1 to "
					+ HnswIndex.MAX_DIMENSIONS + ", or 0 to learn them, but was " + this.dimensions);
		}
		if (this.targetRecall != null && this.efSearch != null) {
			throw new IllegalArgumentException("Both targetRecall (" + property("target-recall") + "), "
					+ this.targetRecall + ", and efSearch (" + property("ef-search") + "), " + this.efSearch
					+ ", are set; set the target to let the index choose how many candidates it takes, or efSearch "
					+ "to fix their number");
		}
		if (this.lockTimeout.isNegative()) {
			throw new IllegalArgumentException(
					"lockTimeout (" + property("lock-timeout") + ") must not be negative, but was " + this.lockTimeout);
		}
		if (this.refreshInterval.isNegative() || this.refreshInterval.isZero()) {
			throw new IllegalArgumentException("refreshInterval (" + property("refresh-interval")
					+ ") must be more than zero, but was " + this.refreshInterval);
		}
		if (this.snapshotChanges < 1) {
			throw new IllegalArgumentException("snapshotChanges must be at least 1, but was " + this.snapshotChanges);
		}
		if (this.snapshotInterval.isNegative() || this.snapshotInterval.isZero()) {
			throw new IllegalArgumentException(
					"snapshotInterval must be more than zero, but was " + this.snapshotInterval);
		}
		if (this.timeToLive != null && (this.timeToLive.isNegative() || this.timeToLive.isZero())) {
			throw new IllegalArgumentException(
					"timeToLive (" + property("time-to-live") + ") must be more than zero, but was " + this.timeToLive
							+ "; leave it out if documents need not end");
		}
		if (this.readOnly && this.directory == null) {
			throw new IllegalArgumentException("A read-only store (" + property("read-only")
					+ "=true) needs the directory of an existing one (" + property("directory") + ")");
		}
		if (!this.textIndex && this.searchMode != SearchMode.DENSE) {
			throw new IllegalArgumentException("The search mode (" + property("search.mode") + ") is " + this.searchMode
					+ ", which needs the text index that is switched off (" + property("text.enabled") + "=false)");
		}
		if (this.pricePerMillionTokens != null && this.pricePerMillionTokens.signum() < 0) {
			throw new IllegalArgumentException(
					"The price of a million tokens (" + property("embedding.price-per-million-tokens")
							+ ") must not be negative, but was " + this.pricePerMillionTokens);
		}
		StoreOptions options = new StoreOptions(this.name, this.directory, this.metric, this.dimensions, this.m,
				this.efConstruction, this.targetRecall, this.efSearch, this.quantization, model,
				this.excludedEmbedMetadataKeys, this.readOnly, this.lockTimeout, this.refreshInterval,
				this.snapshotChanges, this.snapshotInterval, this.indexCustomizer, this.textIndex,
				(this.textLanguage != null && !this.textLanguage.isBlank()) ? this.textLanguage.strip() : null,
				this.searchMode, this.passageKeys, this.limits, this.timeToLive, this.onModelChange,
				this.pricePerMillionTokens, this.connections, this.files, this.clock, this.modelPatience, this.replica,
				this.truth);
		// Has the index builder check its parameters now rather than at the first add.
		options.newIndex(Math.max(1, this.dimensions), null).close();
		return options;
	}

	private String property(String property) {
		return StoreOptions.property(this.name, property);
	}

}
