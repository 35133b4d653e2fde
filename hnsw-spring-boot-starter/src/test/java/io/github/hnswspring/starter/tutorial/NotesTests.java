package io.github.hnswspring.starter.tutorial;

import java.util.List;
import java.util.Map;

import io.github.hnswspring.test.TemporaryStoreExtension;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.ai.document.Document;

import static io.github.hnswspring.test.HnswAssertions.assertThatResults;
import static io.github.hnswspring.test.HnswAssertions.assertThatStore;

/** A test of an application, as the operations page shows it. */
// region
@ExtendWith(TemporaryStoreExtension.class)
class NotesTests {

	@Test
	void areFound(HnswVectorStore store) {
		store.add(List.of(new Document("tomatoes", "Tomatoes want water.", Map.of("year", 2024)),
				new Document("train", "The train leaves at noon.", Map.of("year", 2025))));
		assertThatStore(store).hasCount(2).search("When does the train leave?").startsWith("train");
		assertThatResults(store.similaritySearch("water")).contains("tomatoes");
	}

}
// endregion
