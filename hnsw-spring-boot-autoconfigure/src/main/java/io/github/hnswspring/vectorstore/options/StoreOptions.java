package io.github.hnswspring.vectorstore.options;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Quantization;
import io.github.hnswspring.vectorstore.IndexParameters;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.OnModelChange;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchSettings;
import io.github.hnswspring.vectorstore.SharedTruth;
import io.github.hnswspring.vectorstore.StoreRecall;
import io.github.hnswspring.vectorstore.storage.ConnectionSource;

/**
 * What a store was built with; see {@code HnswVectorStore.Builder} for the meaning of
 * each. {@code dimensions} is 0 if not given.
 */
public record StoreOptions(@Nullable String name, @Nullable Path directory, Metric metric, int dimensions, int m,
		int efConstruction, @Nullable Double targetRecall, @Nullable Integer efSearch, Quantization quantization,
		@Nullable String embeddingModelName, Set<String> excludedEmbedMetadataKeys, boolean readOnly,
		Duration lockTimeout, Duration refreshInterval, int snapshotChanges, Duration snapshotInterval,
		Consumer<HnswIndexBuilder> indexCustomizer, boolean textIndex, @Nullable String textLanguage,
		SearchMode searchMode, PassageKeys passageKeys, Limits limits, @Nullable Duration timeToLive,
		OnModelChange onModelChange, @Nullable BigDecimal pricePerMillionTokens, ConnectionSource connections,
		DerivedFiles files, InstantSource clock, Duration modelPatience, boolean replica, @Nullable SharedTruth truth) {

	static String property(@Nullable String store, String property) {
		return ((store != null) ? "hnsw.stores." + store : "hnsw") + "." + property;
	}

	/** What a property of this store is called; not one that holds for all stores. */
	public String property(String property) {
		return property(this.name, property);
	}

	/** What the log calls the store. */
	public String label() {
		return (this.name != null) ? "Vector store '" + this.name + "'" : "Vector store";
	}

	/** The model the embeddings come from, as stored or else as configured. */
	public @Nullable String modelName(StoreIdentity identity) {
		String stored = identity.model();
		return (stored != null) ? stored : this.embeddingModelName;
	}

	/** What holds for searches that do not say otherwise. */
	public SearchSettings searchSettings() {
		return new SearchSettings(this.searchMode, this.textIndex ? this.textLanguage : null,
				this.passageKeys.document(), this.passageKeys.position());
	}

	/**
	 * How another embedding model can be used where a migration to it is refused;
	 * {@code null} if the store migrates.
	 */
	@Nullable String insteadOfMigration() {
		if (!this.replica) {
			return null;
		}
		return (this.truth != null)
				? "fill a store of another name (hnsw.replica.store) with the vectors of the other model and have the "
						+ "instances use that"
				: "fill another table with the vectors of the other model and attach to that "
						+ "(hnsw.replica.attach.table)";
	}

	/** What an index was built with. */
	public static IndexParameters parameters(HnswIndex index) {
		return new IndexParameters(index.m(), index.efConstruction(), index.quantization());
	}

	/** What an index as configured is built with. */
	public IndexParameters indexParameters() {
		// Customizers have the last word.
		try (HnswIndex index = newIndex(Math.max(1, this.dimensions), null)) {
			return parameters(index);
		}
	}

	/** What is to be found, as far as no index has been asked. */
	public StoreRecall recall(@Nullable Double measured) {
		if (this.efSearch != null) {
			return new StoreRecall(null, measured, (measured != null) ? 0 : this.efSearch);
		}
		return new StoreRecall((this.targetRecall != null) ? this.targetRecall : HnswIndexBuilder.DEFAULT_TARGET_RECALL,
				measured, 0);
	}

	/**
	 * Creates an empty index as configured.
	 * @param dimensions components of every vector
	 * @param vectorFile where vectors may lie if they are quantised, or {@code null}
	 * @return the index
	 */
	public HnswIndex newIndex(int dimensions, @Nullable Path vectorFile) {
		HnswIndexBuilder builder = HnswIndex.builder(dimensions)
			.metric(this.metric)
			.m(this.m)
			.efConstruction(this.efConstruction)
			.quantization(this.quantization);
		if (this.targetRecall != null) {
			builder.targetRecall(this.targetRecall);
		}
		if (this.efSearch != null) {
			builder.efSearch(this.efSearch);
		}
		this.indexCustomizer.accept(builder);
		if (vectorFile != null && !builder.quantization().isNone()) {
			builder.vectorFile(vectorFile);
		}
		HnswIndex index = builder.build();
		if (index.metric() != this.metric) {
			index.close();
			throw new IllegalStateException("An index customizer changed the metric from " + this.metric + " to "
					+ index.metric() + "; set the metric on the store (" + property("metric") + ") instead");
		}
		return this.files.newIndex(index);
	}

}
