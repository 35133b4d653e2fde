package io.github.hnswspring.vectorstore.session;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.filter.RandomMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static org.assertj.core.api.Assertions.assertThat;

/** What the store writes itself is never taken for damage. */
class IntegrityCheckTests {

	@Test
	void metadataOfAllKindsIsSoundAfterARestart(@TempDir Path directory) {
		long seed = Long.getLong("hnsw.test.seed", System.nanoTime());
		System.out.println("IntegrityCheckTests seed " + seed);
		Random random = new Random(seed);
		TestEmbeddingModel model = new TestEmbeddingModel(4, "words");
		int stored = 0;
		long lastChange;
		try (HnswVectorStore store = open(directory, model)) {
			for (int i = 0; i < 800 && stored < 400; i++) {
				try {
					store.add(List.of(new Document("d" + i, "text " + i, RandomMetadata.of(random, 3))));
					stored++;
				}
				catch (IllegalArgumentException ex) {
					// Some kinds of values are refused.
				}
			}
			List<String> some = new ArrayList<>();
			for (int i = 0; i < 50; i++) {
				some.add("d" + random.nextInt(stored));
			}
			store.delete(some);
			lastChange = store.status().lastChange();
		}
		assertThat(stored).as("seed " + seed).isGreaterThan(100);
		try (HnswVectorStore store = open(directory, model)) {
			assertThat(store.status().damagedRows()).isZero();
			assertThat(store.status().damage()).isNull();
			assertThat(store.status().lastChange()).as("nothing was derived anew, seed " + seed).isEqualTo(lastChange);
		}
	}

	private static HnswVectorStore open(Path directory, TestEmbeddingModel model) {
		HnswVectorStore store = HnswVectorStore.builder(model).directory(directory).build();
		store.start();
		return store;
	}

}
