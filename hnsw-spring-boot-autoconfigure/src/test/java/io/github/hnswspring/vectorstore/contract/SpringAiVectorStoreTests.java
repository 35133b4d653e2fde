package io.github.hnswspring.vectorstore.contract;

import java.nio.file.Path;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.test.vectorstore.BaseVectorStoreTests;
import org.springframework.ai.vectorstore.VectorStore;

/**
 * Spring AI's own test kit for vector stores.
 */
class SpringAiVectorStoreTests extends BaseVectorStoreTests {

	@TempDir
	Path directory;

	@Override
	protected void executeTest(Consumer<VectorStore> test) {
		try (HnswVectorStore store = HnswVectorStore.builder(new TestEmbeddingModel())
			.directory(this.directory)
			.build()) {
			store.start();
			test.accept(store);
		}
	}

}
