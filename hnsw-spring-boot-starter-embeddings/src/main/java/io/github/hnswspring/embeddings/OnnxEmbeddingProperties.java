package io.github.hnswspring.embeddings;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the embedding model inside the process.
 */
@ConfigurationProperties(OnnxEmbeddingProperties.PREFIX)
// The comments are at the fields, where configuration metadata takes them from.
@SuppressWarnings("doclint:missing")
public class OnnxEmbeddingProperties {

	/** What the properties begin with. */
	public static final String PREFIX = "hnsw.onnx";

	/**
	 * Which of the published models embeds. Another one than the first needs its jar on
	 * the class path; a store that has documents refuses it or migrates to it.
	 */
	private OnnxModel model = OnnxModel.ALL_MINILM_L6_V2_Q;

	/**
	 * How many texts of one request are embedded at a time, each on a thread of its own.
	 * All processors by default.
	 */
	private @Nullable Integer threads;

	public OnnxModel getModel() {
		return this.model;
	}

	public void setModel(OnnxModel model) {
		this.model = model;
	}

	public @Nullable Integer getThreads() {
		return this.threads;
	}

	public void setThreads(@Nullable Integer threads) {
		this.threads = threads;
	}

}
