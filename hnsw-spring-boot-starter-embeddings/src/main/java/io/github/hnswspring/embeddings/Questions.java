package io.github.hnswspring.embeddings;

import io.github.hnswspring.vectorstore.QueryEmbeddingOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.util.ClassUtils;

/**
 * Recognizes a request of the HNSW store for a question's vector, in applications that
 * have this store.
 */
final class Questions {

	private static final boolean STORE_PRESENT = ClassUtils
		.isPresent("io.github.hnswspring.vectorstore.QueryEmbeddingOptions", Questions.class.getClassLoader());

	private Questions() {
	}

	static boolean isQuestion(@Nullable EmbeddingOptions options) {
		return STORE_PRESENT && options instanceof QueryEmbeddingOptions;
	}

}
