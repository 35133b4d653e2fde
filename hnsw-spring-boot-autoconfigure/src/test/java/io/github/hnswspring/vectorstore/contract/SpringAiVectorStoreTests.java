package io.github.hnswspring.vectorstore.contract;

import java.nio.file.Path;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.test.vectorstore.BaseVectorStoreTests;
import org.springframework.ai.vectorstore.VectorStore;

/**
 * Spring AI's own test kit for vector stores, in each mode.
 */
@ParameterizedClass
@EnumSource(SearchMode.class)
class SpringAiVectorStoreTests extends BaseVectorStoreTests {

	private final SearchMode mode;

	@TempDir
	Path directory;

	SpringAiVectorStoreTests(SearchMode mode) {
		this.mode = mode;
	}

	@Override
	protected void executeTest(Consumer<VectorStore> test) {
		try (HnswVectorStore store = HnswVectorStore.builder(new TestEmbeddingModel())
			.directory(this.directory)
			.searchMode(this.mode)
			.build()) {
			store.start();
			test.accept(store);
		}
	}

}
