package io.github.hnswspring.vectorstore.write;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.DocumentPage;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.MetricMismatchException;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static io.github.hnswspring.vectorstore.StoreFixture.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Nothing is embedded twice, nothing is half stored, nothing of another model gets in.
 */
class StoreIngestTests {

	private static final Filter.Expression SOURCE_A = new FilterExpressionBuilder().eq("source", "a").build();

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		// Ten documents per request.
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> builder.batchingStrategy((all) -> {
			List<List<Document>> batches = new ArrayList<>();
			for (int from = 0; from < all.size(); from += 10) {
				batches.add(all.subList(from, Math.min(all.size(), from + 10)));
			}
			return batches;
		}));
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private void assertNothingEmbeddedTwice() {
		assertThat(this.model.timesEmbedded().values()).containsOnly(1);
	}

	@Test
	void embedsEachContentOnce() {
		this.store.add(List.of(document("1", "same"), document("2", "same"), document("3", "other")));
		this.store.add(List.of(document("4", "same"), document("3", "other", "now", "with metadata")));
		this.store.delete(List.of("1", "2"));
		this.store.add(List.of(document("1", "same")));

		assertNothingEmbeddedTwice();
		assertThat(this.store.count()).isEqualTo(3);
		assertThat(this.store.get(List.of("3")).get(0).getMetadata()).containsEntry("now", "with metadata");
		assertThat(this.store.status().embeddingsComputed()).isEqualTo(2);
		assertThat(this.store.status().embeddingsReused()).isEqualTo(4);
	}

	@Test
	void whatASearchSaidOfADocumentIsNotStored() {
		Document[] found = HitMetadata.KEYS.stream()
			.map((key) -> document(key, "text", key, 1, "distance", 0.5, "mine", "kept"))
			.toArray(Document[]::new);
		this.store.add(List.of(found[0]));
		this.store.add(List.of(found));
		this.store.add(List.of(found[1]), List.of(this.model.embed("text")));
		this.store.replace(new FilterExpressionBuilder().eq("mine", "gone").build(), List.of(found[2]));

		assertThat(this.store.get(HitMetadata.KEYS)).hasSize(found.length)
			.allSatisfy((document) -> assertThat(document.getMetadata()).containsOnlyKeys("distance", "mine"));
		assertThat(this.store.count(new FilterExpressionBuilder().eq(HitMetadata.NEIGHBOR_OF, 1).build())).isZero();
		assertThat(found[0].getMetadata()).as("what is added stays as it is").hasSize(3);
		assertThat(this.store.status().embeddingsComputed()).isEqualTo(1);
	}

	@Test
	void theLastOfEqualIdsCounts() {
		this.store.add(List.of(document("1", "first"), document("1", "second")));

		assertThat(this.store.get(List.of("1"))).extracting(Document::getText).containsExactly("second");
		assertThat(this.model.timesEmbedded()).doesNotContainKey("first");
	}

	@Test
	void addingTheSameAgainChangesNothing() {
		List<Document> documents = documents("d", 25, new Random(1));
		this.store.add(documents);
		long change = this.store.status().lastChange();

		this.store.add(documents);

		assertThat(this.store.status().lastChange()).isEqualTo(change);
		assertNothingEmbeddedTwice();
	}

	@Test
	void aFailureNamesWhatIsStoredAndWhatIsNot() {
		List<Document> documents = documents("d", 35, new Random(2));
		this.model.failFromCall(3);

		PartialAddException failure = catchThrowableOfType(PartialAddException.class, () -> this.store.add(documents));

		List<String> ids = documents.stream().map(Document::getId).toList();
		assertThat(failure.storedIds()).containsExactlyElementsOf(ids.subList(0, 20));
		assertThat(failure.unstoredIds()).containsExactlyElementsOf(ids.subList(20, 35));
		assertThat(failure).hasMessageContaining("the embedding service is down").hasMessageContaining("15");
		assertThat(this.store.count()).isEqualTo(20);
		this.model.failFromCall(Integer.MAX_VALUE);
		this.store.add(documents);
		assertThat(this.store.count()).isEqualTo(35);
		assertNothingEmbeddedTwice();
	}

	@Test
	void replaceSwapsAllAtOnceAndKeepsWhatWasPaidFor() {
		this.store.add(List.of(document("old1", "old one", "source", "a"), document("kept", "kept", "source", "a"),
				document("elsewhere", "not touched", "source", "b")));
		List<Document> next = new ArrayList<>();
		next.add(document("kept", "kept", "source", "a"));
		IntStream.range(0, 25).forEach((i) -> next.add(document("new" + i, "new text " + i, "source", "a")));
		this.model.failFromCall(4);

		PartialAddException failure = catchThrowableOfType(PartialAddException.class,
				() -> this.store.replace(SOURCE_A, next));

		assertThat(failure.storedIds()).isEmpty();
		assertThat(this.store.count(SOURCE_A)).isEqualTo(2);
		assertThat(this.store.exists("old1")).isTrue();

		this.model.failFromCall(Integer.MAX_VALUE);
		this.store.replace(SOURCE_A, next);

		assertThat(this.store.count(SOURCE_A)).isEqualTo(26);
		assertThat(this.store.exists("old1")).isFalse();
		assertThat(this.store.exists("elsewhere")).isTrue();
		assertThat(this.store.similaritySearch(this.model.vector("old one"), SearchRequest.builder().topK(30).build()))
			.hasSize(27)
			.noneMatch((found) -> found.getId().equals("old1"));
		assertNothingEmbeddedTwice();
	}

	@Test
	void whatAnotherScopeDeletesMeanwhileIsEmbeddedForTheReplacement() {
		AtomicReference<DocumentStore> other = new AtomicReference<>();
		TestEmbeddingModel interrupted = new TestEmbeddingModel() {
			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				if (request.getInstructions().contains("fresh")) {
					other.get().delete(List.of("theirs"));
				}
				return super.call(request);
			}
		};
		try (HnswVectorStore shared = StoreFixture.open(this.directory.resolve("shared"), interrupted)) {
			other.set(shared.scopedTo(Map.of("tenant", "other")));
			other.get().add(List.of(document("theirs", "boilerplate")));
			DocumentStore acme = shared.scopedTo(Map.of("tenant", "acme"));
			acme.replace(HnswSearchRequest.parseFilter("n == 1"),
					List.of(document("x", "fresh", "n", 1), document("y", "boilerplate", "n", 1)));
			assertThat(acme.get(List.of("x", "y"))).hasSize(2);
			assertThat(interrupted.timesEmbedded()).containsEntry("fresh", 1);
		}
	}

	@Test
	void replacingByNothingDeletes() {
		this.store.add(List.of(document("1", "one", "source", "a"), document("2", "two", "source", "b")));
		this.store.replace(SOURCE_A, List.of());
		assertThat(this.store.list(null, DocumentPageRequest.first(10)).documents()).extracting(Document::getId)
			.containsExactly("2");
	}

	@Test
	void callersWhoAddTheSameAtTheSameTimePayOnce() throws Exception {
		List<Document> documents = documents("d", 40, new Random(3));
		CyclicBarrier barrier = new CyclicBarrier(6);
		List<Throwable> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
		List<Thread> threads = IntStream.range(0, 6).mapToObj((number) -> new Thread(() -> {
			try {
				List<Document> shuffled = new ArrayList<>(documents);
				java.util.Collections.shuffle(shuffled, new Random(number));
				barrier.await();
				if (number % 3 == 2) {
					this.store.replace(SOURCE_A, shuffled);
				}
				else {
					this.store.add(shuffled);
				}
			}
			catch (Throwable ex) {
				failures.add(ex);
			}
		})).toList();
		threads.forEach(Thread::start);
		for (Thread thread : threads) {
			thread.join(60_000);
			assertThat(thread.isAlive()).isFalse();
		}

		assertThat(failures).isEmpty();
		assertThat(this.store.count()).isEqualTo(40);
		assertNothingEmbeddedTwice();
	}

	@Test
	void anotherModelIsRefusedBeforeAnyChange() {
		this.store.add(List.of(document("1", "one")));
		this.store.close();
		TestEmbeddingModel other = new TestEmbeddingModel(64, "another-model");
		this.store = StoreFixture.open(this.directory, other);

		EmbeddingModelMismatchException onAdd = catchThrowableOfType(EmbeddingModelMismatchException.class,
				() -> this.store.add(List.of(document("2", "two"))));
		assertThat(onAdd.expectedModel()).isEqualTo("test-words");
		assertThat(onAdd.actualModel()).isEqualTo("another-model");
		assertThat(
				catchThrowableOfType(EmbeddingModelMismatchException.class, () -> this.store.similaritySearch("one")))
			.hasMessageContaining("hnsw.embedding.model");
		assertThat(this.store.count()).isEqualTo(1);
	}

	@Test
	void otherDimensionsAreRefusedBeforeAnyChange() {
		this.store.add(List.of(document("1", "one")));
		this.store.close();
		this.store = StoreFixture.open(this.directory, new TestEmbeddingModel(32, ""));

		EmbeddingModelMismatchException failure = catchThrowableOfType(EmbeddingModelMismatchException.class,
				() -> this.store.add(List.of(document("2", "two"))));

		assertThat(failure.expectedDimensions()).isEqualTo(64);
		assertThat(failure.actualDimensions()).isEqualTo(32);
		assertThat(this.store.count()).isEqualTo(1);
	}

	@Test
	void aConfiguredModelNameIsCheckedAtStart() {
		this.store.add(List.of(document("1", "one")));
		this.store.close();
		assertThat(catchThrowableOfType(EmbeddingModelMismatchException.class, () -> StoreFixture.open(this.directory,
				this.model, (builder) -> builder.embeddingModelName("something else"))))
			.isNotNull();
		assertThat(catchThrowableOfType(EmbeddingModelMismatchException.class,
				() -> StoreFixture.open(this.directory, this.model, (builder) -> builder.dimensions(65))))
			.isNotNull();
		assertThat(catchThrowableOfType(MetricMismatchException.class,
				() -> StoreFixture.open(this.directory, this.model, (builder) -> builder.metric(Metric.EUCLIDEAN))))
			.isNotNull();
		open();
		assertThat(this.store.count()).isEqualTo(1);
	}

	@Test
	void givenEmbeddingsAreCheckedBeforeAnythingIsStored() {
		float[] good = this.model.vector("good");
		float[] notFinite = good.clone();
		notFinite[7] = Float.NaN;
		List<Document> two = List.of(document("1", "one"), document("2", "two"));

		assertThatIllegalArgumentException().isThrownBy(() -> this.store.add(two, List.of(good, notFinite)))
			.withMessageContaining("'2'")
			.withMessageContaining("position 7");
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.add(two, List.of(good, new float[64])))
			.withMessageContaining("zero vector");
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.add(two, List.of(good)))
			.withMessageContaining("2 documents and 1 embeddings");
		assertThat(this.store.count()).isZero();

		this.store.add(two, List.of(good, good));
		this.store.add(List.of(document("3", "one")));
		assertThat(this.model.timesEmbedded()).as("a given vector says nothing about the model").containsKey("one");
	}

	@Test
	void limitsAreCheckedBeforeAnythingIsEmbedded() {
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.limits(Limits.DEFAULTS.withIdLength(5)
					.withTextLength(10)
					.withMetadataLength(20)
					.withDocumentsPerCall(3)
					.withTopK(4)
					.withQueryLength(8)));

		refused("document id", () -> this.store.add(List.of(document("123456", "x"))));
		refused("text length", () -> this.store.add(List.of(document("1", "12345678901"))));
		refused("metadata", () -> this.store.add(List.of(document("1", "x", "key", "12345678901234567890"))));
		refused("number of documents", () -> this.store.add(documents("d", 4, new Random(1))));
		this.store.add(List.of(document("12345", "1234567890", "k", "12345678901")));
		refused("topK", () -> this.store.similaritySearch(SearchRequest.builder().query("x").topK(5).build()));
		refused("length of the query",
				() -> this.store.similaritySearch(SearchRequest.builder().query("123456789").build()));
		assertThat(this.store.similaritySearch(SearchRequest.builder().query("12345678").topK(4).build())).hasSize(1);
		assertThat(this.model.timesEmbedded().keySet()).containsExactlyInAnyOrder("1234567890", "12345678");
	}

	private static void refused(String what, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
		assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(what);
	}

	@Test
	void listsPageByPage() {
		this.store.add(documents("d", 25, new Random(4)));
		List<String> seen = new ArrayList<>();
		DocumentPageRequest request = DocumentPageRequest.first(4);
		while (request != null) {
			DocumentPage page = this.store.list(new FilterExpressionBuilder().eq("even", true).build(), request);
			page.documents().forEach((document) -> seen.add(document.getId()));
			request = page.next();
		}
		assertThat(seen).containsExactlyElementsOf(
				IntStream.range(0, 25).filter((i) -> i % 2 == 0).mapToObj((i) -> "d" + i).toList());
	}

	@Test
	void thresholdsAndTopK() {
		this.store.add(List.of(document("1", "river bridge"), document("2", "river music"), document("3", "thunder")));

		assertThat(this.store.similaritySearch(SearchRequest.builder().query("river bridge").topK(0).build()))
			.isEmpty();
		List<Document> near = this.store
			.similaritySearch(SearchRequest.builder().query("river bridge").similarityThreshold(0.3).build());
		assertThat(near).allMatch((found) -> found.getScore() >= 0.3).extracting(Document::getId).contains("1", "2");
		double exactly = near.get(1).getScore();
		assertThat(this.store
			.similaritySearch(SearchRequest.builder().query("river bridge").similarityThreshold(exactly).build()))
			.as("a score equal to the threshold passes")
			.hasSize(2);
		assertThat(this.store.similaritySearch(SearchRequest.builder().query("river bridge").build()))
			.as("negative similarities pass the threshold 0.0")
			.hasSize(3);
	}

	@Test
	void metadataKeepsItsTypes() {
		Map<String, Object> metadata = Map.of("int", 1, "long", 2L, "float", 1.5f, "double", 2.5, "boolean", true,
				"string", "text", "list", List.of(1, "two", 3.0), "map", Map.of("inner", 4L), "instant",
				java.time.Instant.parse("2026-11-20T10:15:30Z"), "date", new java.util.Date(1_000));
		this.store.add(List.of(new Document("1", "text", metadata)));
		assertThat(this.store.get(List.of("1")).get(0).getMetadata()).isEqualTo(metadata);
	}

}
