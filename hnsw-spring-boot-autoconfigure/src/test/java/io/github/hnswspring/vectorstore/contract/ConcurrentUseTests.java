package io.github.hnswspring.vectorstore.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.hnswspring.vectorstore.SearchMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sixteen threads search as a RetrievalAugmentationAdvisor does, while others write.
 */
@ParameterizedClass
@EnumSource(SearchMode.class)
class ConcurrentUseTests extends AbstractStoreTests {

	private static final int THREADS = 16;

	ConcurrentUseTests(SearchMode mode) {
		super(mode);
	}

	@Test
	void sixteenThreadsSearchWithFiltersOfTheirOwn() throws Exception {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 800; i++) {
			documents.add(document("doc" + i, "Document " + i + " of tenant", Map.of("tenant", "t" + i % THREADS)));
		}
		this.store.add(documents);
		runAll(THREADS, (thread) -> {
			for (int round = 0; round < 40; round++) {
				List<Document> found = search("Document " + round, 10, "tenant == 't" + thread + "'");
				assertThat(found).hasSize(10)
					.allSatisfy((document) -> assertThat(document.getMetadata()).containsEntry("tenant", "t" + thread));
				assertThat(search("Document " + round, 10, "tenant != 't" + thread + "'")).hasSize(10)
					.allSatisfy(
							(document) -> assertThat(document.getMetadata().get("tenant")).isNotEqualTo("t" + thread));
			}
		});
	}

	@Test
	void aSearchDuringUpdatesReturnsEachDocumentOnceOldOrNewAndOnlyMatches() throws Exception {
		long seed = System.nanoTime();
		System.out.println("ConcurrentUseTests seed " + seed);
		int size = 60;
		this.store.add(documents(0, size));
		AtomicBoolean done = new AtomicBoolean();
		runAll(5, (thread) -> {
			if (thread == 0) {
				try {
					Random random = new Random(seed);
					for (int version = 1; version <= 40; version++) {
						int first = random.nextInt(size - 10);
						this.store.add(documents(version, size).subList(first, first + 10));
					}
				}
				finally {
					done.set(true);
				}
				return;
			}
			String filter = (thread % 2 == 0) ? "kind == 'even'" : "kind != 'odd'";
			do {
				List<Document> found = search("versioned text", size, filter);
				assertThat(found).as("seed %s", seed)
					.extracting(Document::getId)
					.doesNotHaveDuplicates()
					.hasSize(size / 2);
				assertThat(found).allSatisfy((document) -> {
					assertThat(document.getMetadata()).containsEntry("kind", "even");
					assertThat(document.getText()).endsWith("version " + document.getMetadata().get("version"));
				});
			}
			while (!done.get());
		});
	}

	@Test
	void whatAnAddReturnedFromIsFoundByTheNextSearch() throws Exception {
		runAll(4, (thread) -> {
			for (int i = 0; i < 25; i++) {
				String id = "t" + thread + "-" + i;
				this.store.add(List.of(document(id, "word" + id, Map.of("owner", id))));
				assertThat(search("word" + id, 1, "owner == '" + id + "'")).singleElement()
					.satisfies((found) -> assertThat(found.getId()).isEqualTo(id));
				assertThat(this.store.similaritySearch(
						SearchRequest.builder().query("word" + id).topK(1).similarityThreshold(0.99).build()))
					.singleElement()
					.satisfies((found) -> assertThat(found.getId()).isEqualTo(id));
				this.store.delete(List.of(id));
				assertThat(search("word" + id, 100, "owner == '" + id + "'")).isEmpty();
			}
		});
		assertThat(this.store.count()).isZero();
	}

	private static List<Document> documents(int version, int size) {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < size; i++) {
			documents.add(document("id" + i, "versioned text " + i + " version " + version,
					Map.of("kind", (i % 2 == 0) ? "even" : "odd", "version", version)));
		}
		return documents;
	}

	private static void runAll(int threads, Work work) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<?>> running = new ArrayList<>();
			for (int thread = 0; thread < threads; thread++) {
				int number = thread;
				running.add(executor.submit(() -> {
					work.run(number);
					return null;
				}));
			}
			for (Future<?> each : running) {
				each.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	private interface Work {

		void run(int thread) throws Exception;

	}

}
