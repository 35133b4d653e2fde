package io.github.hnswspring.starter;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.test.HnswTestConfiguration;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

import static io.github.hnswspring.test.HnswAssertions.assertThatStore;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that has a model and a directory is tested without either.
 */
@SpringBootTest(classes = StarterApplicationTests.Application.class,
		properties = "hnsw.directory=/proc/the/directory/of/production")
@Import(HnswTestConfiguration.class)
class TestKitTests {

	@Autowired
	private HnswVectorStore store;

	@Autowired
	private TestEmbeddingModel modelOfTheApplication;

	@Test
	void theStoreIsTemporaryAndAsksTheModelOfTheTests() {
		this.store.add(List.of(new Document("tomatoes", "Tomatoes want water.", Map.of()),
				new Document("train", "The train leaves at noon.", Map.of())));
		assertThatStore(this.store).hasCount(2).search("when the train leaves").startsWith("train");
		assertThat(this.store.status().embeddingModel()).isEqualTo("test-ngrams");
		assertThat(this.modelOfTheApplication.calls()).isZero();
		Path directory = this.store.status().directory();
		assertThat(directory.getFileName().toString()).startsWith("hnsw-test-");
	}

}
