package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.test.vectorstore.BaseVectorStoreTests;
import org.springframework.ai.vectorstore.VectorStore;

/** Spring AI's own tests of a vector store. */
class OfficialVectorStoreTests extends BaseVectorStoreTests {

	@TempDir
	Path directory;

	@Override
	protected void executeTest(Consumer<VectorStore> testFunction) {
		try (HnswVectorStore store = StoreFixture.open(this.directory, new TestEmbeddingModel())) {
			testFunction.accept(store);
		}
	}

}
