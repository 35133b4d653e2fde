package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static io.github.hnswspring.vectorstore.StoreFixture.addDirectly;
import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.documents;
import static io.github.hnswspring.vectorstore.StoreFixture.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Everything that takes its time says how far it is. */
class StoreProgressTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(8, "words");

	private final Map<Kind, StoreProgress> ended = new ConcurrentHashMap<>();

	private HnswVectorStore listenedTo(HnswVectorStore store) {
		store.addListener(new StoreListener() {

			@Override
			public void onProgress(StoreProgress progress) {
				if (progress.ended()) {
					StoreProgressTests.this.ended.put(progress.kind(), progress);
				}
			}

		});
		return store;
	}

	private void assertEnded(Kind kind, String subject, long done, long total) {
		StoreProgress progress = this.ended.remove(kind);
		assertThat(progress).as(kind.name()).isNotNull();
		assertThat(progress.subject()).isEqualTo(subject);
		assertThat(progress.done()).as("done of " + kind).isEqualTo(done);
		assertThat(progress.total()).as("total of " + kind).isEqualTo(total);
	}

	@Test
	void additionsOfEveryKindAreCounted() {
		List<Document> documents = documents("d", 700, new Random(1));
		try (HnswVectorStore store = listenedTo(open(this.directory, this.model))) {
			store.add(documents);
			assertEnded(Kind.ADD, "", 700, 700);
			// Known already.
			store.add(documents.subList(0, 300));
			assertEnded(Kind.ADD, "", 300, 300);
			addDirectly(store, this.model, documents.subList(0, 500));
			assertEnded(Kind.ADD, "", 500, 500);
			store.replace(new FilterExpressionBuilder().gte("number", 0).build(), documents("e", 20, new Random(2)));
			assertEnded(Kind.ADD, "", 20, 20);
			assertThat(store.status().activities()).isEmpty();
		}
	}

	@Test
	void anErrorOfAListenerEndsNoAddition() {
		try (HnswVectorStore store = open(this.directory, this.model)) {
			store.addListener(new StoreListener() {

				@Override
				public void onProgress(StoreProgress progress) {
					throw new NoSuchMethodError("compiled against another version");
				}

			});
			store.add(documents("d", 300, new Random(1)));
			assertThat(store.count()).isEqualTo(300);
		}
	}

	@Test
	void anIdThatCannotBeStoredAsItIsIsRefused() {
		try (HnswVectorStore store = open(this.directory, this.model)) {
			Document cut = new Document("id\ud83d", "a text", java.util.Map.of());
			assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> store.add(List.of(cut)))
				.withMessageContaining("half a surrogate pair");
			assertThat(store.count()).isZero();
			store.add(List.of(new Document("id\ud83d\ude00", "a text", java.util.Map.of())));
			assertThat(store.exists("id\ud83d\ude00")).isTrue();
		}
	}

	@Test
	void whatFailsEndsToo() {
		try (HnswVectorStore store = listenedTo(open(this.directory, this.model))) {
			this.model.failFromCall(1);
			assertThatExceptionOfType(PartialAddException.class)
				.isThrownBy(() -> store.add(documents("d", 5, new Random(1))));
			assertEnded(Kind.ADD, "", 0, 5);
			assertThat(store.status().activities()).isEmpty();
		}
	}

	@Test
	void exportsAndImportsAreCounted() {
		Path export = this.directory.resolve("export");
		try (HnswVectorStore store = listenedTo(open(this.directory.resolve("a"), this.model))) {
			store.add(documents("d", 600, new Random(1)));
			store.exportTo(export);
			assertEnded(Kind.EXPORT, export.toString(), 600, 600);
		}
		try (HnswVectorStore store = listenedTo(open(this.directory.resolve("b"), this.model))) {
			store.importFrom(export);
			assertEnded(Kind.IMPORT, export.toString(), 600, 600);
			assertThat(store.status().activities()).isEmpty();
		}
	}

	@Test
	void anAdditionIsUnderWayWhileItsDocumentsAreEmbedded() {
		List<StoreProgress> seen = new CopyOnWriteArrayList<>();
		HnswVectorStore[] store = new HnswVectorStore[1];
		TestEmbeddingModel watching = new TestEmbeddingModel(8, "words") {

			@Override
			public EmbeddingResponse call(EmbeddingRequest request) {
				seen.addAll(store[0].status().activities());
				return super.call(request);
			}

		};
		try (HnswVectorStore opened = open(this.directory, watching)) {
			store[0] = opened;
			opened.add(documents("d", 3, new Random(1)));
		}
		assertThat(seen).isNotEmpty().allSatisfy((progress) -> {
			assertThat(progress.kind()).isEqualTo(Kind.ADD);
			assertThat(progress.total()).isEqualTo(3);
			assertThat(progress.ended()).isFalse();
		});
	}

	@Test
	void rebuildsOfBothIndexesAreCountedFromWhereTheyWere() throws Exception {
		List<Document> documents = documents("d", 3_000, new Random(1));
		try (HnswVectorStore store = open(this.directory, this.model, (builder) -> builder.textIndex(false).m(8))) {
			addDirectly(store, this.model, documents);
		}
		Stopper chunks = new Stopper(1);
		HnswVectorStore.Builder builder = HnswVectorStore.builder(this.model).directory(this.directory).m(12);
		try (HnswVectorStore store = listenedTo(
				StoreSeams.faults(builder, (options) -> options.files = chunks).build())) {
			store.start();
			await("the first chunk of the graph, after all words",
					() -> store.status()
						.activities()
						.stream()
						.anyMatch((progress) -> progress.kind() == Kind.INDEX && progress.done() == 1_000));
			assertThat(store.status().activities()).singleElement()
				.satisfies((progress) -> assertThat(progress.total()).isEqualTo(3_000));
			assertEnded(Kind.TEXT_INDEX, "", 3_000, 3_000);
			store.stop();
			assertEnded(Kind.INDEX, "", 1_000, 3_000);
			assertThat(store.status().activities()).isEmpty();
			chunks.left.set(Integer.MAX_VALUE);
			store.start();
			await("the rest of the graph", () -> this.ended.containsKey(Kind.INDEX));
			assertEnded(Kind.INDEX, "", 3_000, 3_000);
			assertThat(store.status().activities()).isEmpty();
		}
	}

	/** Lets so many chunks of the index be built. */
	private static final class Stopper implements DerivedFiles {

		private final AtomicInteger left;

		Stopper(int left) {
			this.left = new AtomicInteger(left);
		}

		@Override
		public boolean mayBuildOn() {
			return this.left.getAndUpdate((chunks) -> Math.max(0, chunks - 1)) > 0;
		}

	}

}
