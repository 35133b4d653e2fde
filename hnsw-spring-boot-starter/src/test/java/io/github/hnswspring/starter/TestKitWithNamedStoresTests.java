package io.github.hnswspring.starter;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.test.HnswTestConfiguration;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

import static io.github.hnswspring.test.HnswAssertions.assertThatStore;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that says all it can of its models and has several stores is tested
 * without any of it.
 */
@SpringBootTest(classes = StarterApplicationTests.Application.class,
		properties = { "hnsw.directory=target/kit/production/main", "hnsw.embedding.bean=modelOfTheCompany",
				"hnsw.dimensions=3", "hnsw.embedding.model=large", "hnsw.embedding.former-bean=modelOfLastYear",
				"hnsw.stores.chatMemory.directory=target/kit/production/chat",
				"hnsw.stores.chat-memory.embedding.bean=another", "hnsw.stores.chat-memory.dimensions=4",
				"hnsw.stores.catalogue.directory=target/kit/production/catalogue",
				"hnsw.stores.catalogue.read-only=true" })
@Import(HnswTestConfiguration.class)
class TestKitWithNamedStoresTests {

	@Autowired
	private Map<String, HnswVectorStore> candidates;

	@Autowired
	private BeanFactory beans;

	@Autowired
	private TestEmbeddingModel modelOfTheApplication;

	@Test
	void everyStoreIsTemporaryAndAsksTheModelOfTheTests() {
		for (String name : List.of("hnswVectorStore", "chatMemory", "catalogue")) {
			HnswVectorStore store = this.beans.getBean(name, HnswVectorStore.class);
			store.add(List.of(new Document("tomatoes", "Tomatoes want water.", Map.of()),
					new Document("train", "The train leaves at noon.", Map.of())));
			assertThatStore(store).hasCount(2).search("when the train leaves").startsWith("train");
			assertThat(store.status().embeddingModel()).isEqualTo("test-ngrams");
			assertThat(store.status().directory().toString()).contains("hnsw-test-");
		}
		assertThat(this.candidates).hasSize(1);
		assertThat(Files.exists(Path.of("target/kit/production"))).isFalse();
		assertThat(this.modelOfTheApplication.calls()).isZero();
	}

}
