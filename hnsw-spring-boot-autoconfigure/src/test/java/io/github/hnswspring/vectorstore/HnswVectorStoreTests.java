package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What a user of the store sees. */
class HnswVectorStoreTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private HnswVectorStore store = HnswVectorStore.builder(this.model).build();

	@AfterEach
	void close() {
		this.store.close();
	}

	private void open() {
		this.store = HnswVectorStore.builder(this.model).directory(this.directory.resolve("store")).build();
	}

	private static Document document(String id, String text, Object... metadata) {
		Document.Builder builder = Document.builder().id(id).text(text);
		for (int i = 0; i < metadata.length; i += 2) {
			builder.metadata((String) metadata[i], metadata[i + 1]);
		}
		return builder.build();
	}

	@Test
	void findsWhatWasAdded() {
		open();
		this.store.add(List.of(document("1", "cats chase mice", "animal", "cat", "year", 2020),
				document("2", "dogs chase cats", "animal", "dog", "year", 2021L),
				document("3", "trains run on rails", "animal", "none")));

		List<Document> found = this.store.similaritySearch(SearchRequest.builder().query("cats mice").topK(2).build());

		assertThat(found).extracting(Document::getId).containsExactly("1", "2");
		Document first = found.get(0);
		assertThat(first.getText()).isEqualTo("cats chase mice");
		assertThat(first.getMetadata()).containsEntry("year", 2020).containsEntry("animal", "cat");
		assertThat(first.getScore()).isBetween(0.5, 1.0);
		assertThat(first.getMetadata().get("distance")).isInstanceOf(Double.class).isEqualTo(1.0 - first.getScore());
		assertThat(this.store.count()).isEqualTo(3);
	}

	@Test
	void filtersAndDeletesByFilter() {
		open();
		this.store.add(List.of(document("1", "one", "kind", "a"), document("2", "two", "kind", "b"),
				document("3", "three", "kind", "a")));
		Filter.Expression kindA = new FilterExpressionBuilder().eq("kind", "a").build();

		assertThat(this.store
			.similaritySearch(SearchRequest.builder().query("two").topK(5).filterExpression(kindA).build()))
			.extracting(Document::getId)
			.containsExactlyInAnyOrder("1", "3");
		assertThat(this.store.count(kindA)).isEqualTo(2);

		this.store.delete("kind == 'a'");

		assertThat(this.store.count()).isEqualTo(1);
		assertThat(this.store.exists("1")).isFalse();
		assertThat(this.store.get(List.of("3", "2", "1"))).extracting(Document::getId).containsExactly("2");
	}

	@Test
	void survivesARestart() {
		open();
		this.store.add(List.of(document("1", "one"), document("2", "two")));
		this.store.delete(List.of("1"));
		this.store.close();

		open();

		assertThat(this.store.count()).isEqualTo(1);
		assertThat(this.store.similaritySearch("two")).extracting(Document::getId).containsExactly("2");
		assertThat(this.model.timesEmbedded()).containsEntry("one", 1);
		this.store.add(List.of(document("2", "two", "changed", Map.of("deep", List.of(1, 2.5)))));
		assertThat(this.model.timesEmbedded().get("two")).as("once for the document, once for the query").isEqualTo(2);
	}

	@Test
	void worksWithoutADirectory() {
		this.store.add(List.of(document("1", "one")));
		Path temporary = this.store.status().directory();
		assertThat(temporary).exists();
		assertThat(this.store.similaritySearch("one")).hasSize(1);
		this.store.close();
		assertThat(temporary).doesNotExist();
	}

	@Test
	void buildersShareTheDefaultBatchingStrategyAndNothingElse() {
		TestEmbeddingModel other = new TestEmbeddingModel(3, "other-model");
		HnswVectorStore.Builder one = HnswVectorStore.builder(this.model).batchingStrategy(List::of).dimensions(5);
		HnswVectorStore.Builder two = HnswVectorStore.builder(other).directory(this.directory);
		HnswVectorStore.Builder three = HnswVectorStore.builder(this.model);
		assertThat(two.getBatchingStrategy()).isSameAs(three.getBatchingStrategy())
			.isNotSameAs(one.getBatchingStrategy());
		assertThat(one.getEmbeddingModel()).isSameAs(this.model);
		assertThat(two.getEmbeddingModel()).isSameAs(other);
		assertThat(one.options().directory()).isNull();
		assertThat(two.options().directory()).isEqualTo(this.directory);
		assertThat(one.options().dimensions()).isEqualTo(5);
		assertThat(three.options().dimensions()).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> HnswVectorStore.builder(null));
		try (HnswVectorStore store = two.build()) {
			store.add(List.of(document("1", "one")));
			assertThat(store.status().dimensions()).hasValue(3);
		}
	}

}
