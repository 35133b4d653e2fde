package io.github.hnswspring.embeddings;

import java.util.Locale;

/**
 * The models that are published as jars with a network for ONNX Runtime in them, and how
 * each wants to be used. The first one comes with this module; for another one add its
 * jar.
 */
public enum OnnxModel {

	/** English, quantised to 8 bits, 23 MB; comes with this module. */
	ALL_MINILM_L6_V2_Q("all-MiniLM-L6-v2-q", "all-minilm-l6-v2-q", 384, 256, Pooling.MEAN, "", ""),

	/** English, 90 MB. */
	ALL_MINILM_L6_V2("all-MiniLM-L6-v2", "all-minilm-l6-v2", 384, 256, Pooling.MEAN, "", ""),

	/** English, quantised to 8 bits, 34 MB. */
	BGE_SMALL_EN_V1_5_Q("bge-small-en-v1.5-q", "bge-small-en-v15-q", 384, 512, Pooling.FIRST, Prefixes.BGE_ENGLISH, ""),

	/** English, 133 MB. */
	BGE_SMALL_EN_V1_5("bge-small-en-v1.5", "bge-small-en-v15", 384, 512, Pooling.FIRST, Prefixes.BGE_ENGLISH, ""),

	/** Chinese, quantised to 8 bits, 24 MB. */
	BGE_SMALL_ZH_V1_5_Q("bge-small-zh-v1.5-q", "bge-small-zh-v15-q", 512, 512, Pooling.FIRST, Prefixes.BGE_CHINESE, ""),

	/** Chinese, 95 MB. */
	BGE_SMALL_ZH_V1_5("bge-small-zh-v1.5", "bge-small-zh-v15", 512, 512, Pooling.FIRST, Prefixes.BGE_CHINESE, ""),

	/** English, quantised to 8 bits, 34 MB. */
	E5_SMALL_V2_Q("e5-small-v2-q", "e5-small-v2-q", 384, 512, Pooling.MEAN, "query: ", "passage: "),

	/** English, 133 MB. */
	E5_SMALL_V2("e5-small-v2", "e5-small-v2", 384, 512, Pooling.MEAN, "query: ", "passage: ");

	private final String modelName;

	private final String artifactSuffix;

	private final int dimensions;

	private final int maxTokens;

	private final Pooling pooling;

	private final String questionPrefix;

	private final String passagePrefix;

	OnnxModel(String modelName, String artifactSuffix, int dimensions, int maxTokens, Pooling pooling,
			String questionPrefix, String passagePrefix) {
		this.modelName = modelName;
		this.artifactSuffix = artifactSuffix;
		this.dimensions = dimensions;
		this.maxTokens = maxTokens;
		this.pooling = pooling;
		this.questionPrefix = questionPrefix;
		this.passagePrefix = passagePrefix;
	}

	/**
	 * The name a store records as that of its embeddings.
	 * @return the name
	 */
	public String modelName() {
		return this.modelName;
	}

	/**
	 * Length of its vectors, which are of unit length.
	 * @return components of each
	 */
	public int dimensions() {
		return this.dimensions;
	}

	/**
	 * How many tokens of a text it looks at, the two it puts around every text included.
	 * @return the number
	 */
	public int maxTokens() {
		return this.maxTokens;
	}

	/**
	 * What stands in front of a question; empty for a model that takes it as it is.
	 * @return the prefix
	 */
	public String questionPrefix() {
		return this.questionPrefix;
	}

	/**
	 * What stands in front of a passage; empty for a model that takes it as it is.
	 * @return the prefix
	 */
	public String passagePrefix() {
		return this.passagePrefix;
	}

	/**
	 * Group and artifact of the jar that has it.
	 * @return both, with a colon in between
	 */
	public String artifact() {
		return "dev.langchain4j:langchain4j-embeddings-" + this.artifactSuffix;
	}

	/** As {@code hnsw.onnx.model} spells it. */
	@Override
	public String toString() {
		return file();
	}

	Pooling pooling() {
		return this.pooling;
	}

	/** The network on the class path. */
	String network() {
		return file() + ".onnx";
	}

	/** The vocabulary on the class path, and how it is to be used. */
	String tokenizer() {
		return file() + "-tokenizer.json";
	}

	private String file() {
		return this.modelName.toLowerCase(Locale.ROOT);
	}

	/** How a text's vector is made of those of its tokens. */
	enum Pooling {

		/** The mean of all of them. */
		MEAN,

		/** That of the first one, which stands for the whole. */
		FIRST

	}

	private static final class Prefixes {

		static final String BGE_ENGLISH = "Represent this sentence for searching relevant passages: ";

		static final String BGE_CHINESE = "为这个句子生成表示以用于检索相关文章：";

	}

}
