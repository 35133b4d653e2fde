package io.github.hnswspring.autoconfigure;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.SearchMode;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.context.annotation.Lazy;

/**
 * The {@code hnsw.*} properties. Checked as soon as they are bound, without a validation
 * provider on the class path, so that a typing error stops the start with the property's
 * name instead of surfacing in the first search; lazy, so that it stops no application
 * that uses no store of this library. Confined to the thread that starts the application.
 */
@ConfigurationProperties("hnsw")
@Lazy
// The comments are at the fields, where configuration metadata takes them from.
@SuppressWarnings("doclint:missing")
public final class HnswProperties implements InitializingBean {

	/**
	 * Directory that holds the documents and the files of the index; created if it does
	 * not exist. Without it they lie in a temporary directory that is deleted when the
	 * application stops.
	 */
	private @Nullable String directory;

	/**
	 * How the distance between two embeddings is computed. Fixed once a store holds
	 * documents.
	 */
	private Metric metric = Metric.COSINE;

	/**
	 * Number of components of an embedding, 1 to 65536. Optional for the vector store,
	 * which takes it from its documents or else from the first embedding; required for an
	 * index without a store.
	 */
	private @Nullable Integer dimensions;

	/**
	 * Links a new node gets on each layer of the graph, 2 to 512. More finds more true
	 * neighbours and takes more memory. A change rebuilds the index in the background.
	 */
	private int m = 16;

	/**
	 * Size of the candidate list while inserting, 1 to 1000000. Larger builds a better
	 * graph more slowly. A change rebuilds the index in the background.
	 */
	private int efConstruction = 200;

	/**
	 * Share of the true nearest documents that a search finds on average, above 0 and at
	 * most 1. The index learns from its own vectors how long a candidate list that takes.
	 * Applies at once.
	 */
	private @Nullable Double targetRecall;

	/**
	 * Fixed size of the candidate list while searching, 1 to 1000000, instead of a target
	 * recall. Larger finds more true neighbours more slowly. Applies at once.
	 */
	private @Nullable Integer efSearch;

	/**
	 * Bits of each component kept on the heap for walking the graph: none or 1-bit to
	 * 8-bit. Results carry exact distances in any case. A change rebuilds the index in
	 * the background.
	 */
	private Quantization quantization = HnswIndexBuilder.DEFAULT_QUANTIZATION;

	/**
	 * Seed of the layer assignment. The same graph comes out only with one thread.
	 */
	private long seed = 42;

	/**
	 * Threads that build the index and answer batch searches, 1 to 1024. As many as there
	 * are cores by default.
	 */
	private @Nullable Integer threads;

	private final EmbeddingProperties embedding = new EmbeddingProperties();

	/**
	 * Whether to open an existing store for reading only.
	 */
	private boolean readOnly = false;

	/**
	 * How soon a read-only store follows the process that writes.
	 */
	private Duration refreshInterval = Duration.ofMillis(500);

	/**
	 * How long a start waits for another process to give the directory up; not at all by
	 * default.
	 */
	private Duration lockTimeout = Duration.ofSeconds(0);

	/**
	 * How long documents live that do not say so themselves in their metadata
	 * (expiresAt), counted from when they were last added. Without it they do not end.
	 */
	private @Nullable Duration timeToLive;

	private final Snapshot snapshot = new Snapshot();

	private final Backup backup = new Backup();

	private final Text text = new Text();

	private final Search search = new Search();

	@NestedConfigurationProperty
	private final PassageProperties passages = new PassageProperties();

	@NestedConfigurationProperty
	private final LimitProperties limits = new LimitProperties();

	public @Nullable String getDirectory() {
		return this.directory;
	}

	public void setDirectory(@Nullable String directory) {
		this.directory = directory;
	}

	public Metric getMetric() {
		return this.metric;
	}

	public void setMetric(Metric metric) {
		this.metric = metric;
	}

	public @Nullable Integer getDimensions() {
		return this.dimensions;
	}

	public void setDimensions(@Nullable Integer dimensions) {
		this.dimensions = dimensions;
	}

	public int getM() {
		return this.m;
	}

	public void setM(int m) {
		this.m = m;
	}

	public int getEfConstruction() {
		return this.efConstruction;
	}

	public void setEfConstruction(int efConstruction) {
		this.efConstruction = efConstruction;
	}

	public @Nullable Double getTargetRecall() {
		return this.targetRecall;
	}

	public void setTargetRecall(@Nullable Double targetRecall) {
		this.targetRecall = targetRecall;
	}

	public @Nullable Integer getEfSearch() {
		return this.efSearch;
	}

	public void setEfSearch(@Nullable Integer efSearch) {
		this.efSearch = efSearch;
	}

	public Quantization getQuantization() {
		return this.quantization;
	}

	public void setQuantization(Quantization quantization) {
		this.quantization = quantization;
	}

	public long getSeed() {
		return this.seed;
	}

	public void setSeed(long seed) {
		this.seed = seed;
	}

	public @Nullable Integer getThreads() {
		return this.threads;
	}

	public void setThreads(@Nullable Integer threads) {
		this.threads = threads;
	}

	public EmbeddingProperties getEmbedding() {
		return this.embedding;
	}

	public boolean isReadOnly() {
		return this.readOnly;
	}

	public void setReadOnly(boolean readOnly) {
		this.readOnly = readOnly;
	}

	public @Nullable Duration getTimeToLive() {
		return this.timeToLive;
	}

	public void setTimeToLive(@Nullable Duration timeToLive) {
		this.timeToLive = timeToLive;
	}

	public Duration getRefreshInterval() {
		return this.refreshInterval;
	}

	public void setRefreshInterval(Duration refreshInterval) {
		this.refreshInterval = refreshInterval;
	}

	public Duration getLockTimeout() {
		return this.lockTimeout;
	}

	public void setLockTimeout(Duration lockTimeout) {
		this.lockTimeout = lockTimeout;
	}

	public Snapshot getSnapshot() {
		return this.snapshot;
	}

	public Text getText() {
		return this.text;
	}

	public Backup getBackup() {
		return this.backup;
	}

	public Search getSearch() {
		return this.search;
	}

	public PassageProperties getPassages() {
		return this.passages;
	}

	public LimitProperties getLimits() {
		return this.limits;
	}

	@Override
	public void afterPropertiesSet() {
		new HnswPropertiesCheck(this).check();
	}

	/**
	 * What embeds, and what is embedded. Confined to the thread that starts the
	 * application.
	 */
	public static final class EmbeddingProperties {

		/**
		 * Name of the bean that embeds, for an application with several embedding models.
		 * By default the one named or qualified hnswEmbeddingModel, or else the only or
		 * primary one.
		 */
		private @Nullable String bean;

		/**
		 * Name of the embedding model whose vectors the store holds, checked when the
		 * store opens. Learned from the first response of the model by default.
		 */
		private @Nullable String model;

		/**
		 * Further metadata keys that are left out of what is embedded, for embedding
		 * models that put metadata in front of the text. What Spring AI's text splitters
		 * write anew with every reading always is, unless this is empty, which leaves
		 * nothing out.
		 */
		private List<String> excludedMetadata = HnswVectorStore.DEFAULT_EXCLUDED_EMBED_METADATA_KEYS;

		/**
		 * What to do when the embedding model is another one than the stored embeddings
		 * come from: refuse it, or migrate, which embeds all documents anew in the
		 * background and then switches.
		 */
		private OnModelChange onModelChange = OnModelChange.REFUSE;

		/**
		 * Name of the bean the stored embeddings come from, while the store migrates to
		 * another embedding model: its vectors answer until then. Without it words alone
		 * do.
		 */
		private @Nullable String formerBean;

		/**
		 * What the embedding model charges for a million tokens, at least 0, in any
		 * currency. Estimates of migrations tell the cost if it is set.
		 */
		private @Nullable BigDecimal pricePerMillionTokens;

		public OnModelChange getOnModelChange() {
			return this.onModelChange;
		}

		public void setOnModelChange(OnModelChange onModelChange) {
			this.onModelChange = onModelChange;
		}

		public @Nullable String getFormerBean() {
			return this.formerBean;
		}

		public void setFormerBean(@Nullable String formerBean) {
			this.formerBean = formerBean;
		}

		public @Nullable BigDecimal getPricePerMillionTokens() {
			return this.pricePerMillionTokens;
		}

		public void setPricePerMillionTokens(@Nullable BigDecimal pricePerMillionTokens) {
			this.pricePerMillionTokens = pricePerMillionTokens;
		}

		public @Nullable String getBean() {
			return this.bean;
		}

		public void setBean(@Nullable String bean) {
			this.bean = bean;
		}

		public @Nullable String getModel() {
			return this.model;
		}

		public void setModel(@Nullable String model) {
			this.model = model;
		}

		public List<String> getExcludedMetadata() {
			return this.excludedMetadata;
		}

		public void setExcludedMetadata(List<String> excludedMetadata) {
			this.excludedMetadata = excludedMetadata;
		}

	}

	/**
	 * When the files of the index are brought up to date. Confined to the thread that
	 * starts the application.
	 */
	public static final class Snapshot {

		/**
		 * Changes after which the files of the index are written in the background, at
		 * least 1. A start replays the changes they do not hold.
		 */
		private int changes = 10000;

		/**
		 * Time after which the files of the index are written in the background if
		 * anything has changed.
		 */
		private Duration interval = Duration.ofMinutes(5);

		public int getChanges() {
			return this.changes;
		}

		public void setChanges(int changes) {
			this.changes = changes;
		}

		public Duration getInterval() {
			return this.interval;
		}

		public void setInterval(Duration interval) {
			this.interval = interval;
		}

	}

	/**
	 * Backups that the endpoint writes. Confined to the thread that starts the
	 * application.
	 */
	public static final class Backup {

		/**
		 * Directory below which the Actuator endpoint may write backups, each store into
		 * one of its own. Without it the endpoint writes none.
		 */
		private @Nullable String directory;

		public @Nullable String getDirectory() {
			return this.directory;
		}

		public void setDirectory(@Nullable String directory) {
			this.directory = directory;
		}

	}

	/**
	 * The index of words. Confined to the thread that starts the application.
	 */
	public static final class Text {

		/**
		 * Whether to keep a text index, which searches by words need. It is built in the
		 * background for a store that has none, and removed when it is switched off.
		 */
		private boolean enabled = true;

		/**
		 * Language of the documents as a tag such as de, so that a word also finds its
		 * other forms; needs org.apache.lucene:lucene-analysis-common. A change builds
		 * the text index anew in the background.
		 */
		private @Nullable String language;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public @Nullable String getLanguage() {
			return this.language;
		}

		public void setLanguage(@Nullable String language) {
			this.language = language;
		}

	}

	/**
	 * What searches do unless their request says otherwise. Confined to the thread that
	 * starts the application.
	 */
	public static final class Search {

		/**
		 * By what documents are found: by meaning (dense), by words (text) or by both
		 * (hybrid).
		 */
		private SearchMode mode = SearchMode.DENSE;

		public SearchMode getMode() {
			return this.mode;
		}

		public void setMode(SearchMode mode) {
			this.mode = mode;
		}

	}

}
