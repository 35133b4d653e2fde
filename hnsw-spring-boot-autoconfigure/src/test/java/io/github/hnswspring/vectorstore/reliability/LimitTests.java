package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreInUseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/** Each limit, one below and one above; and one owner a directory. */
class LimitTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(8, "words");

	private HnswVectorStore open(Path path) {
		return open(path, this.model);
	}

	private static HnswVectorStore open(Path path, TestEmbeddingModel model) {
		HnswVectorStore store = HnswVectorStore.builder(model)
			.directory(path)
			.batchingStrategy(List::of)
			.limits(Limits.DEFAULTS.withIdLength(10)
				.withTextLength(20)
				.withMetadataLength(30)
				.withMetadataDepth(3)
				.withDocumentsPerCall(5)
				.withTopK(7)
				.withQueryLength(12)
				.withFilterSize(6)
				.withDimensions(9))
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
			holds("documents", 5, (count) -> store
				.add(IntStream.range(0, count).mapToObj((i) -> new Document("d" + i, "t", Map.of())).toList()));
			holds("results", 7, (k) -> store.similaritySearch(SearchRequest.builder().query("text").topK(k).build()));
			holds("query", 12, (length) -> store.similaritySearch("q".repeat(length)));
			holds("metadata depth", 3,
					(depth) -> store.add(List.of(new Document("a", "t", Map.of("k", nested(depth - 1))))));
			holds("values of an IN", 6, (count) -> filtered(store, in(count)));
			holds("comparisons", 6, (count) -> filtered(store, comparisons(count)));
			holds("filter to count by", 6, (count) -> store.count(in(count)));
			holds("filter to list by", 6, (count) -> store.list(in(count), DocumentPageRequest.first(1)));
			holds("filter to delete by", 6, (count) -> store.delete(in(count)));
			holds("filter to replace by", 6, (count) -> store.replace(in(count), List.of()));
			holds("filter text", 500_000, (length) -> filtered(store, "a == '" + "x".repeat(length - 7) + "'"));
			holds("parentheses", 32, (depth) -> filtered(store, "(".repeat(depth) + "a == 1" + ")".repeat(depth)));
			holds("values in filter text", 6, (count) -> filtered(store, "a in [1" + ", 1".repeat(count - 1) + "]"));
			holds("filter text to delete by", 500_000,
					(length) -> store.delete("a == '" + "x".repeat(length - 7) + "'"));
			holds("parentheses to delete by", 32,
					(depth) -> store.delete("(".repeat(depth) + "a == 1" + ")".repeat(depth)));
		}
		ReliabilityReport.record("Bounded", "LimitTests.everyLimitHoldsExactly",
				"10 limits (id, text, metadata and its depth, documents per call, results, query, filter size, filter "
						+ "text and its nesting): accepted one below and at, refused one above");
	}

	@Test
	void theLimitOfDimensionsHoldsExactly() {
		holds("dimensions", 9, (dimensions) -> {
			TestEmbeddingModel model = new TestEmbeddingModel(dimensions, "words");
			try (HnswVectorStore store = open(this.directory.resolve("of" + dimensions), model)) {
				store.add(List.of(new Document("a", "text", Map.of())));
				store.add(List.of(new Document("b", "text", Map.of())), List.of(model.vector("text")));
			}
			catch (PartialAddException ex) {
				throw (RuntimeException) ex.getCause();
			}
		});
	}

	private static Object nested(int depth) {
		return (depth == 0) ? 1 : Map.of("k", nested(depth - 1));
	}

	private static Filter.Expression in(int count) {
		return new Filter.Expression(Filter.ExpressionType.IN, new Filter.Key("k"),
				new Filter.Value(IntStream.range(0, count).boxed().toList()));
	}

	private static Filter.Expression comparisons(int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> new Filter.Expression(Filter.ExpressionType.EQ, new Filter.Key("k"), new Filter.Value(i)))
			.reduce((left, right) -> new Filter.Expression(Filter.ExpressionType.OR, left, right))
			.orElseThrow();
	}

	private static void filtered(HnswVectorStore store, String filter) {
		store.similaritySearch(
				HnswSearchRequest.of(SearchRequest.builder().query("text").build()).withFilterExpression(filter));
	}

	private static void filtered(HnswVectorStore store, Filter.Expression filter) {
		store.similaritySearch(SearchRequest.builder().query("text").filterExpression(filter).build());
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
				"a second store in one JVM, by a symbolic link either way, is refused with the owner's process id");
	}

}
