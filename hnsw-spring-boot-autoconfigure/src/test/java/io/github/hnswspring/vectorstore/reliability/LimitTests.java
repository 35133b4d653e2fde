package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.StoreInUseException;
import io.github.hnswspring.vectorstore.TestEmbeddingModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/** Each limit, one below and one above; and one owner a directory. */
class LimitTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(8, "words");

	private HnswVectorStore open(Path path) {
		HnswVectorStore store = HnswVectorStore.builder(this.model)
			.directory(path)
			.batchingStrategy(List::of)
			.limits(new Limits(10, 20, 30, 5, 7, 12))
			.build();
		store.start();
		return store;
	}

	@Test
	void everyLimitHoldsExactly() {
		try (HnswVectorStore store = open(this.directory)) {
			holds("id", 10, (length) -> store.add(List.of(new Document("i".repeat(length), "text", Map.of()))));
			holds("text", 20, (length) -> store.add(List.of(new Document("a", "t".repeat(length), Map.of()))));
			// {"k":"..."} is eight characters more than the value.
			holds("metadata", 22,
					(length) -> store.add(List.of(new Document("a", "t", Map.of("k", "v".repeat(length))))));
			holds("documents", 5,
					(count) -> store.add(java.util.stream.IntStream.range(0, count)
						.mapToObj((i) -> new Document("d" + i, "t", Map.of()))
						.toList()));
			holds("results", 7, (k) -> store.similaritySearch(SearchRequest.builder().query("text").topK(k).build()));
			holds("query", 12, (length) -> store.similaritySearch("q".repeat(length)));
		}
		ReliabilityReport.record("Bounded", "LimitTests.everyLimitHoldsExactly",
				"6 limits (id, text, metadata, documents a call, results, query): accepted one below and at, "
						+ "refused one above",
				0);
	}

	private static void holds(String what, int limit, IntConsumer use) {
		assertThatNoException().as(what).isThrownBy(() -> use.accept(limit - 1));
		assertThatNoException().as(what).isThrownBy(() -> use.accept(limit));
		assertThatExceptionOfType(IllegalArgumentException.class).as(what).isThrownBy(() -> use.accept(limit + 1));
	}

	@Test
	void aSymbolicLinkLeadsToTheSameOwner() throws Exception {
		Path real = Files.createDirectory(this.directory.resolve("real"));
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), real);
		try (HnswVectorStore store = open(real)) {
			store.add(List.of(new Document("a", "text", Map.of())));
			assertThatExceptionOfType(StoreInUseException.class).isThrownBy(() -> open(link))
				.withMessageContaining(String.valueOf(ProcessHandle.current().pid()));
		}
		try (HnswVectorStore store = open(link)) {
			store.add(List.of(new Document("b", "text", Map.of())));
			assertThatExceptionOfType(StoreInUseException.class).isThrownBy(() -> open(real));
		}
		ReliabilityReport.record("One writer process", "LimitTests.aSymbolicLinkLeadsToTheSameOwner",
				"a second store in one JVM, by a symbolic link either way, is refused with the owner's process id", 0);
	}

}
