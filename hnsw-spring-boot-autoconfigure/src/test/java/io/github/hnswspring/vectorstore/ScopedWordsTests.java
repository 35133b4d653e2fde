package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static org.assertj.core.api.Assertions.assertThat;

/** What others store does not hide what a scope has from a search by words. */
class ScopedWordsTests {

	@Test
	void aWordThatIsCommonElsewhereIsNotLeftOutOfALongQuestion(@TempDir Path directory) {
		TestEmbeddingModel model = new TestEmbeddingModel();
		Random random = new Random(17);
		String others = IntStream.range(0, 70)
			.mapToObj((i) -> random.ints(9, 'a', 'z' + 1)
				.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
				.toString())
			.collect(Collectors.joining(" "));
		try (HnswVectorStore store = StoreFixture.open(directory, model)) {
			DocumentStore acme = store.scopedTo(Map.of("tenant", "acme"));
			acme.add(List.of(document("one", "quarterly zeppelin"), document("many", others)));
			assertThat(find(acme, "zeppelin " + others)).containsExactlyInAnyOrder("one", "many");
			List<Document> elsewhere = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				elsewhere.add(document("d" + i, "zeppelin river " + i, "tenant", "other"));
			}
			StoreFixture.addDirectly(store, model, elsewhere);
			assertThat(find(acme, "zeppelin " + others)).containsExactlyInAnyOrder("one", "many");
		}
	}

	private static List<String> find(DocumentStore store, String question) {
		return store
			.similaritySearch(HnswSearchRequest.of(SearchRequest.builder().query(question).topK(10).build())
				.withMode(SearchMode.TEXT))
			.stream()
			.map(Document::getId)
			.toList();
	}

}
