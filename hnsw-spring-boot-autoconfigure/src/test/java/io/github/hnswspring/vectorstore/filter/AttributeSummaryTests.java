package io.github.hnswspring.vectorstore.filter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MetadataKey;
import io.github.hnswspring.vectorstore.MetadataKey.Type;
import io.github.hnswspring.vectorstore.MetadataKey.Value;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/** What is offered to those who write a filter is what the documents have. */
class AttributeSummaryTests {

	@TempDir
	private Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(8, "words");

	private static MetadataKey key(HnswVectorStore store, String name) {
		return store.metadataKeys().stream().filter((key) -> key.name().equals(name)).findFirst().orElseThrow();
	}

	@Test
	void keysTypesAndFrequentValuesOfAllDocumentsAreTold() {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			assertThat(store.metadataKeys()).isEmpty();
			List<Document> documents = new ArrayList<>();
			for (int i = 0; i < 3_000; i++) {
				Map<String, Object> metadata = new LinkedHashMap<>();
				metadata.put("number", i);
				metadata.put("draft", i % 10 == 0);
				metadata.put("language", (i % 3 == 0) ? "de" : "en");
				metadata.put("author", Map.of("name", (i == 2_900) ? "Grace" : "Ada"));
				metadata.put("tags", List.of("all", "tag-" + i % 40));
				metadata.put("since", "2026-01-" + (10 + i % 9));
				metadata.put("popular", (i % 2 == 0) ? "yes" : "p" + i);
				documents.add(new Document("d" + i, "text " + i, metadata));
			}
			store.add(documents);
			assertThat(store.metadataKeys()).extracting(MetadataKey::name)
				.containsExactly("author", "author.name", "draft", "language", "number", "popular", "since", "tags");
			assertThat(key(store, "language")).isEqualTo(new MetadataKey("language", java.util.Set.of(Type.TEXT),
					List.of(new Value("en", 2_000), new Value("de", 1_000)), true));
			assertThat(key(store, "draft").values()).containsExactly(new Value("false", 2_700), new Value("true", 300));
			assertThat(key(store, "author.name").values()).containsExactly(new Value("Ada", 2_999),
					new Value("Grace", 1));
			assertThat(key(store, "number").types()).containsExactly(Type.NUMBER);
			assertThat(key(store, "number").isComplete()).isFalse();
			assertThat(key(store, "number").values()).hasSize(MetadataKey.MAX_VALUES);
			assertThat(key(store, "tags").types()).containsExactly(Type.TEXT, Type.LIST);
			assertThat(key(store, "tags").values()).hasSize(MetadataKey.MAX_VALUES).contains(new Value("all", 3_000));
			assertThat(key(store, "tags").values().get(1).documents()).isEqualTo(75);
			assertThat(key(store, "since").types()).containsExactly(Type.INSTANT, Type.TEXT);
			assertThat(key(store, "since").values()).hasSize(9).contains(new Value("2026-01-10", 334));
			assertThat(key(store, "popular").values().get(0)).isEqualTo(new Value("yes", 1_500));
			store.delete("language == 'de'");
			assertThat(key(store, "language").values()).containsExactly(new Value("en", 2_000));
		}
	}

}
