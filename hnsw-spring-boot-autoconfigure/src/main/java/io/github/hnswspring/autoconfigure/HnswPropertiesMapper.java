package io.github.hnswspring.autoconfigure;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.Limits;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Gives builders what the {@code hnsw.*} properties say. Confined to the thread that
 * starts the application.
 */
final class HnswPropertiesMapper {

	private final HnswProperties properties;

	HnswPropertiesMapper(HnswProperties properties) {
		this.properties = properties;
	}

	/** Applies the properties to the builder of a store. */
	HnswVectorStore.Builder applyTo(HnswVectorStore.Builder builder) {
		if (this.properties.getDimensions() != null) {
			builder.dimensions(this.properties.getDimensions());
		}
		if (this.properties.getTargetRecall() != null) {
			builder.targetRecall(this.properties.getTargetRecall());
		}
		if (this.properties.getEfSearch() != null) {
			builder.efSearch(this.properties.getEfSearch());
		}
		if (this.properties.getText().isEnabled()) {
			applyLanguageTo(builder, this.properties.getText().getLanguage());
		}
		String model = this.properties.getEmbedding().getModel();
		return builder.directory(DirectoryProperty.path(this.properties.getDirectory()))
			.metric(this.properties.getMetric())
			.m(this.properties.getM())
			.efConstruction(this.properties.getEfConstruction())
			.quantization(this.properties.getQuantization())
			.embeddingModelName(StringUtils.hasText(model) ? model.strip() : null)
			.onModelChange(this.properties.getEmbedding().getOnModelChange())
			.pricePerMillionTokens(this.properties.getEmbedding().getPricePerMillionTokens())
			.excludedEmbedMetadataKeys(this.properties.getEmbedding().getExcludedMetadata())
			.readOnly(this.properties.isReadOnly())
			.lockTimeout(this.properties.getLockTimeout())
			.refreshInterval(this.properties.getRefreshInterval())
			.timeToLive(this.properties.getTimeToLive())
			.snapshotChanges(this.properties.getSnapshot().getChanges())
			.snapshotInterval(this.properties.getSnapshot().getInterval())
			.limits(limits(this.properties.getLimits()))
			.textIndex(this.properties.getText().isEnabled())
			.searchMode(this.properties.getSearch().getMode())
			.passages(this.properties.getPassages().getDocumentKey(), this.properties.getPassages().getPositionKey())
			.indexCustomizer(this::applyThreadsAndSeedTo);
	}

	/** Only the store knows what languages there are stems for. */
	private static void applyLanguageTo(HnswVectorStore.Builder builder, @Nullable String language) {
		try {
			builder.textLanguage(language);
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			throw HnswPropertiesCheck.invalid("hnsw.text.language", language, ex.getMessage() + ".");
		}
	}

	private static Limits limits(LimitProperties limits) {
		return Limits.DEFAULTS.withIdLength(limits.getIdLength())
			.withTextLength(limits.getTextLength())
			.withMetadataLength(limits.getMetadataLength())
			.withMetadataDepth(limits.getMetadataDepth())
			.withDocumentsPerCall(limits.getDocumentsPerCall())
			.withTopK(limits.getTopK())
			.withQueryLength(limits.getQueryLength())
			.withFilterSize(limits.getFilterSize())
			.withDimensions(limits.getDimensions())
			.withConcurrentIngests(limits.getConcurrentIngests())
			.withWaitingIngests(limits.getWaitingIngests());
	}

	/** The builder of an index without a store. */
	HnswIndexBuilder indexBuilder() {
		Integer dimensions = this.properties.getDimensions();
		Assert.state(dimensions != null, "hnsw.dimensions must be set for an index without a store");
		HnswIndexBuilder builder = HnswIndex.builder(dimensions)
			.metric(this.properties.getMetric())
			.m(this.properties.getM())
			.efConstruction(this.properties.getEfConstruction())
			.quantization(this.properties.getQuantization());
		if (this.properties.getTargetRecall() != null) {
			builder.targetRecall(this.properties.getTargetRecall());
		}
		if (this.properties.getEfSearch() != null) {
			builder.efSearch(this.properties.getEfSearch());
		}
		applyThreadsAndSeedTo(builder);
		return builder;
	}

	private void applyThreadsAndSeedTo(HnswIndexBuilder builder) {
		builder.seed(this.properties.getSeed());
		if (this.properties.getThreads() != null) {
			builder.threads(this.properties.getThreads());
		}
	}

}
