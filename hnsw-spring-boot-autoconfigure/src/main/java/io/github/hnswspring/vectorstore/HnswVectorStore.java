package io.github.hnswspring.vectorstore;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.vectorstore.options.PassageKeys;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.options.StoreOptionsBuilder;
import io.github.hnswspring.vectorstore.text.TextAnalysis;
import io.github.hnswspring.vectorstore.transfer.StoreSalvage;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.AbstractVectorStoreBuilder;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * A vector store inside this process: documents in an SQLite database of one directory,
 * found by an HNSW index. It has two doors, which can be passed on one by one: a
 * {@link DocumentStore} for those who work with documents, {@link StoreOperations} for
 * those who run it.
 *
 * <p>
 * Whatever a method that changes documents has returned from is on disk and visible to
 * searches. Not enlisted in Spring transactions: call it after the commit.
 *
 * <p>
 * What a stored document was embedded from, under any id, is not sent to the embedding
 * model again: its hash is that of exactly what {@code getEmbeddingContent} says, of a
 * copy whose metadata is in the order of its keys and without those that are
 * {@linkplain Builder#excludedEmbedMetadataKeys excluded}. It is sent again once the last
 * document with it has been deleted. Documents that cannot be stored keep no other one of
 * the call out; a {@link PartialAddException} names them.
 *
 * <p>
 * Opened by {@link #start()}, or by the first use if that comes earlier; {@link #stop()}
 * releases files, maps and the lock on the directory, and {@link #start()} opens it
 * again. As a bean it serves until the beans that depend on it are destroyed.
 * Thread-safe.
 */
public interface HnswVectorStore extends DocumentStore, StoreOperations, SmartLifecycle, AutoCloseable {

	/**
	 * Metadata that is not embedded by default: what Spring AI's text splitters write
	 * anew with every reading of an unchanged source, and what searches write into the
	 * documents they return: the distance, and what is in {@link HitMetadata}.
	 */
	List<String> DEFAULT_EXCLUDED_EMBED_METADATA_KEYS = StoreOptionsBuilder.DEFAULT_EXCLUDED_EMBED_METADATA_KEYS;

	/**
	 * Starts to describe a store.
	 * @param embeddingModel turns texts into vectors
	 * @return a builder with defaults for everything else
	 */
	static Builder builder(EmbeddingModel embeddingModel) {
		return Builder.of(embeddingModel);
	}

	/**
	 * Saves what can still be read of a damaged database into a new store, row by row:
	 * the documents with their embeddings, which need not be paid for again. The damaged
	 * files are only read, and a copy of them at that; stop the store that uses them
	 * first.
	 * @param damaged the directory of the damaged store
	 * @param target a directory that does not exist yet or is empty; opens as a store
	 * afterwards
	 * @param metric the metric of the store
	 * @return what was recovered
	 * @throws CorruptStoreException if not even the keys of the rows can be read
	 * @throws StoreInUseException if the store is open in this process; close it first
	 * @throws StoreException if the files cannot be copied or the target not be written
	 */
	static SalvageReport salvage(Path damaged, Path target, Metric metric) {
		Assert.notNull(damaged, "The damaged directory must not be null; pass that of the store to read");
		Assert.notNull(target, "The target must not be null; pass a directory that does not exist yet, or is empty");
		Assert.notNull(metric, "The metric must not be null; pass that of the store");
		return StoreSalvage.salvage(damaged, target, metric);
	}

	/**
	 * Releases files, maps and the lock; what is under way ends first. While the
	 * application context of this store ends, that is left until the context has
	 * destroyed the beans that depend on this one.
	 */
	@Override
	void stop();

	/**
	 * Releases files, maps and the lock, and removes the directory if it is a temporary
	 * one.
	 */
	@Override
	void close();

	/** Describes a store; everything has a default. */
	final class Builder extends AbstractVectorStoreBuilder<Builder> implements Cloneable {

		/**
		 * What others are copies of. Making one of Spring AI's builders reads a table of
		 * 100,000 tokens for its default {@code BatchingStrategy}, which takes longer
		 * than opening a small store and is kept for as long as the store; copies share
		 * it, as it has no state.
		 */
		private static final Builder FIRST = new Builder();

		private StoreOptionsBuilder options = new StoreOptionsBuilder();

		private EmbeddingModel model = NoEmbeddingModel.INSTANCE;

		private @Nullable EmbeddingModel formerEmbeddingModel;

		private Builder() {
			super(NoEmbeddingModel.INSTANCE);
		}

		private static Builder of(EmbeddingModel embeddingModel) {
			Assert.notNull(embeddingModel, "EmbeddingModel must be configured");
			try {
				Builder builder = (Builder) FIRST.clone();
				builder.options = new StoreOptionsBuilder();
				builder.model = embeddingModel;
				return builder;
			}
			catch (CloneNotSupportedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public EmbeddingModel getEmbeddingModel() {
			return this.model;
		}

		/**
		 * What the store is called in the log, where an application has several. Messages
		 * that name properties name those of {@code hnsw.stores.<name>}, so it is for
		 * stores that are declared so.
		 * @param name the name, or {@code null} for the only store of an application
		 * @return this builder
		 */
		public Builder name(@Nullable String name) {
			this.options.name = name;
			return this;
		}

		/**
		 * Where the store lies.
		 * @param directory made if it does not exist; {@code null} for a temporary one
		 * that is removed on close
		 * @return this builder
		 */
		public Builder directory(@Nullable Path directory) {
			this.options.directory = directory;
			return this;
		}

		/**
		 * How vectors are compared; cosine by default. Fixed once the store exists.
		 * @param metric the metric
		 * @return this builder
		 */
		public Builder metric(Metric metric) {
			this.options.metric = notNull(metric, "metric");
			return this;
		}

		/**
		 * Components of every embedding; by default those of the first one.
		 * @param dimensions at least 1, or 0 for the default
		 * @return this builder
		 */
		public Builder dimensions(int dimensions) {
			this.options.dimensions = dimensions;
			return this;
		}

		/**
		 * Links a document gets on each layer of the index.
		 * @param m 2 to 512; another number than before has the index built anew
		 * @return this builder
		 */
		public Builder m(int m) {
			this.options.m = m;
			return this;
		}

		/**
		 * The size of the candidate list while inserting.
		 * @param efConstruction at least 1; another number than before has the index
		 * built anew
		 * @return this builder
		 */
		public Builder efConstruction(int efConstruction) {
			this.options.efConstruction = efConstruction;
			return this;
		}

		/**
		 * The share of the true nearest documents that a search finds, as a mean over
		 * searches; {@value HnswIndexBuilder#DEFAULT_TARGET_RECALL} by default. The index
		 * learns from its own vectors how long a candidate list that takes. Another one
		 * than before applies at once.
		 * @param targetRecall above 0, at most 1
		 * @return this builder
		 */
		public Builder targetRecall(double targetRecall) {
			this.options.targetRecall = targetRecall;
			return this;
		}

		/**
		 * A fixed size of the candidate list while searching, instead of a
		 * {@link #targetRecall}. Another one than before applies at once.
		 * @param efSearch at least 1
		 * @return this builder
		 */
		public Builder efSearch(int efSearch) {
			this.options.efSearch = efSearch;
			return this;
		}

		/**
		 * How coarse the vectors are on which the graph is walked; results are ranked by
		 * the full ones.
		 * @param quantization another one than before has the index built anew
		 * @return this builder
		 */
		public Builder quantization(Quantization quantization) {
			this.options.quantization = notNull(quantization, "quantization");
			return this;
		}

		/**
		 * The name of the embedding model, checked against the store at start; by default
		 * it is learned from the model's first response.
		 * @param name the name, or {@code null}
		 * @return this builder
		 */
		public Builder embeddingModelName(@Nullable String name) {
			this.options.embeddingModelName = name;
			return this;
		}

		/**
		 * Metadata that is not embedded, although the embedding model puts metadata in
		 * front of the text, as Spring AI's classes for OpenAI and Mistral do. It is
		 * stored and returned all the same. A document with a content formatter of its
		 * own is embedded as that one says.
		 * @param keys those that change although the text does not, besides
		 * {@link #DEFAULT_EXCLUDED_EMBED_METADATA_KEYS}; empty to embed all, those too
		 * @return this builder
		 */
		public Builder excludedEmbedMetadataKeys(Collection<String> keys) {
			Set<String> excluded = new HashSet<>(notNull(keys, "keys"));
			if (!excluded.isEmpty()) {
				excluded.addAll(DEFAULT_EXCLUDED_EMBED_METADATA_KEYS);
			}
			this.options.excludedEmbedMetadataKeys = Set.copyOf(excluded);
			return this;
		}

		/**
		 * Refuses every change and writes nothing, so that several processes may read one
		 * store.
		 * @param readOnly whether to do so
		 * @return this builder
		 */
		public Builder readOnly(boolean readOnly) {
			this.options.readOnly = readOnly;
			return this;
		}

		/**
		 * How long to wait at start for another process that owns the directory; not at
		 * all by default.
		 * @param timeout zero or more
		 * @return this builder
		 */
		public Builder lockTimeout(Duration timeout) {
			this.options.lockTimeout = notNull(timeout, "timeout");
			return this;
		}

		/**
		 * How soon a read-only store follows the process that writes; half a second by
		 * default.
		 * @param interval more than zero
		 * @return this builder
		 */
		public Builder refreshInterval(Duration interval) {
			this.options.refreshInterval = notNull(interval, "interval");
			return this;
		}

		/**
		 * After how many changes the index is saved in the background.
		 * @param changes at least 1
		 * @return this builder
		 */
		public Builder snapshotChanges(int changes) {
			this.options.snapshotChanges = changes;
			return this;
		}

		/**
		 * After what time changes are saved in the background, however few.
		 * @param interval more than zero
		 * @return this builder
		 */
		public Builder snapshotInterval(Duration interval) {
			this.options.snapshotInterval = notNull(interval, "interval");
			return this;
		}

		/**
		 * Tunes what this builder has no method for. Called each time an index is made.
		 * @param customizer must not change the metric
		 * @return this builder
		 */
		public Builder indexCustomizer(Consumer<HnswIndexBuilder> customizer) {
			this.options.indexCustomizer = this.options.indexCustomizer.andThen(notNull(customizer, "customizer"));
			return this;
		}

		/**
		 * Whether to keep a text index, which searches in the modes
		 * {@link SearchMode#TEXT} and {@link SearchMode#HYBRID} need; by default there is
		 * one. Switched off, what there was is removed; switched on, it is built in the
		 * background.
		 * @param enabled whether to keep one
		 * @return this builder
		 */
		public Builder textIndex(boolean enabled) {
			this.options.textIndex = enabled;
			return this;
		}

		/**
		 * The language of the documents: then a word also finds its other forms. Needs
		 * {@code org.apache.lucene:lucene-analysis-common} on the class path.
		 * @param language its tag, such as {@code de}; another one than before has the
		 * text index built anew; {@code null}, the default, for any language
		 * @return this builder
		 * @throws IllegalArgumentException if there are no stems for the language
		 * @throws IllegalStateException if the library is not on the class path
		 */
		public Builder textLanguage(@Nullable String language) {
			if (StringUtils.hasText(language)) {
				TextAnalysis.of(language.strip());
			}
			this.options.textLanguage = language;
			return this;
		}

		/**
		 * By what documents are found if a request does not say; {@link SearchMode#DENSE}
		 * by default.
		 * @param mode the mode
		 * @return this builder
		 */
		public Builder searchMode(SearchMode mode) {
			this.options.searchMode = notNull(mode, "mode");
			return this;
		}

		/**
		 * Which metadata makes passages parts of a document, for searches that
		 * {@linkplain HnswSearchRequest#withGroupBy(int) group by} documents; by default
		 * what Spring AI's text splitters write, {@code parent_document_id} and
		 * {@code chunk_index}.
		 * @param documentKey the metadata key whose value all passages of one document
		 * share
		 * @param positionKey the metadata key whose number says where in the document a
		 * passage stands
		 * @return this builder
		 */
		public Builder passages(String documentKey, String positionKey) {
			this.options.passageKeys = new PassageKeys(documentKey, positionKey);
			return this;
		}

		/**
		 * How long documents live that do not say so themselves in their
		 * {@linkplain StoreMetadata#EXPIRES_AT metadata}, counted from when they were
		 * last added; those that are stored already keep the end they have, or have none.
		 * @param lifetime more than zero, or {@code null}, the default, for documents
		 * that do not end
		 * @return this builder
		 */
		public Builder timeToLive(@Nullable Duration lifetime) {
			this.options.timeToLive = lifetime;
			return this;
		}

		/**
		 * The largest inputs accepted.
		 * @param limits the limits
		 * @return this builder
		 */
		public Builder limits(Limits limits) {
			this.options.limits = notNull(limits, "limits");
			return this;
		}

		private static <T> T notNull(T value, String name) {
			Assert.notNull(value, () -> "The " + name + " must not be null; leave it out for the default");
			return value;
		}

		/**
		 * What to do when the embedding model is another one than the stored embeddings
		 * come from; {@link OnModelChange#REFUSE} by default.
		 * @param onModelChange refuse or migrate
		 * @return this builder
		 */
		public Builder onModelChange(OnModelChange onModelChange) {
			this.options.onModelChange = notNull(onModelChange, "onModelChange");
			return this;
		}

		/**
		 * The model the stored embeddings come from, while the store migrates to its own:
		 * so its vectors answer until then. Without it words alone do.
		 * @param formerEmbeddingModel the former model, or {@code null}
		 * @return this builder
		 */
		public Builder formerEmbeddingModel(@Nullable EmbeddingModel formerEmbeddingModel) {
			this.formerEmbeddingModel = formerEmbeddingModel;
			return this;
		}

		/**
		 * What the embedding model charges, for estimates of migrations.
		 * @param pricePerMillionTokens at least 0, in any currency, or {@code null}
		 * @return this builder
		 */
		public Builder pricePerMillionTokens(@Nullable BigDecimal pricePerMillionTokens) {
			this.options.pricePerMillionTokens = pricePerMillionTokens;
			return this;
		}

		@Nullable EmbeddingModel formerEmbeddingModel() {
			return this.formerEmbeddingModel;
		}

		/** For replicas, and for tests that make connections or files fail. */
		Builder faults(Consumer<StoreOptionsBuilder> faults) {
			faults.accept(this.options);
			return this;
		}

		StoreOptions options() {
			return this.options.build();
		}

		@Override
		public HnswVectorStore build() {
			return new EmbeddedVectorStore(this);
		}

	}

}
