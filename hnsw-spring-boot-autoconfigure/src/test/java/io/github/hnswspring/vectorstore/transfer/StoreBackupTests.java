package io.github.hnswspring.vectorstore.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static io.github.hnswspring.vectorstore.StoreFixture.addDirectly;
import static io.github.hnswspring.vectorstore.StoreFixture.assertFindsEach;
import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.documents;
import static org.assertj.core.api.Assertions.assertThat;

/** A backup has the index with it, and is right whatever becomes of that. */
class StoreBackupTests {

	private static final int DOCUMENTS = 3_000;

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(96, "words");

	private final List<Document> documents = documents("d", DOCUMENTS, new Random(1));

	/** A copy that may build little shows what it has. */
	private volatile int chunks = Integer.MAX_VALUE;

	private HnswVectorStore.Builder builder(String name) {
		return HnswVectorStore.builder(this.model)
			.directory(this.directory.resolve(name))
			.m(8)
			.efConstruction(40)
			.textIndex(false);
	}

	private HnswVectorStore open(String name) {
		HnswVectorStore store = StoreSeams.faults(builder(name), (options) -> options.files = new DerivedFiles() {

			@Override
			public boolean mayBuildOn() {
				return StoreBackupTests.this.chunks-- > 0;
			}

		}).build();
		store.start();
		return store;
	}

	private void fill() {
		try (HnswVectorStore store = open("live")) {
			addDirectly(store, this.model, this.documents);
		}
	}

	private void assertServesAtOnce(HnswVectorStore copy) {
		assertThat(copy.status().indexState()).isEqualTo(IndexState.READY);
		assertThat(StoreSeams.session(copy).index().isSearchedExactly()).isFalse();
		assertThat(copy.index().audit().isSound()).isTrue();
	}

	@Test
	void aRestoredStoreAnswersFromTheGraphWithExactlyWhatWasBackedUp() {
		fill();
		HnswVectorStore[] live = new HnswVectorStore[1];
		AtomicInteger copies = new AtomicInteger();
		// Behind the copied index: replayed when the copy is opened.
		DerivedFiles files = new DerivedFiles() {

			@Override
			public void copy(Path from, Path to) throws IOException {
				DerivedFiles.super.copy(from, to);
				if (copies.incrementAndGet() == 1) {
					live[0].delete(List.of("d0", "d1"));
					addDirectly(live[0], StoreBackupTests.this.model, documents("late", 20, new Random(2)));
					live[0].add(List.of(new Document("d2", "another text", Map.of())));
				}
			}

		};
		try (HnswVectorStore store = StoreSeams.faults(builder("live"), (options) -> options.files = files).build()) {
			live[0] = store;
			store.start();
			store.backup(this.directory.resolve("copy"));
			store.delete(List.of("d3"));
			addDirectly(store, this.model, documents("after", 20, new Random(3)));
		}
		this.chunks = 1;
		try (HnswVectorStore copy = open("copy")) {
			assertServesAtOnce(copy);
			assertThat(copy.count()).isEqualTo(DOCUMENTS + 18);
			assertThat(copy.index().size()).isEqualTo(DOCUMENTS + 18);
			assertThat(copy.exists("d3")).isTrue();
			assertThat(copy.exists("after0")).isFalse();
			assertFindsEach(copy, this.model, documents("late", 20, new Random(2)));
			assertFindsEach(copy, this.model, this.documents.subList(3, 30));
			assertThat(copy.get(List.of("d2")).get(0).getText()).isEqualTo("another text");
			addDirectly(copy, this.model, documents("more", 5, new Random(4)));
		}
		this.chunks = 0;
		try (HnswVectorStore copy = open("copy")) {
			assertServesAtOnce(copy);
			assertThat(copy.index().size()).isEqualTo(DOCUMENTS + 23);
		}
	}

	@Test
	void whatWasNotSavedYetIsSavedForTheBackup() {
		try (HnswVectorStore store = open("live")) {
			addDirectly(store, this.model, this.documents);
			store.backup(this.directory.resolve("copy"));
		}
		this.chunks = 0;
		try (HnswVectorStore copy = open("copy")) {
			assertServesAtOnce(copy);
			assertThat(copy.index().size()).isEqualTo(DOCUMENTS);
		}
	}

	@Test
	void copiesAreNoLinks() throws IOException {
		fill();
		try (HnswVectorStore store = open("live")) {
			store.backup(this.directory.resolve("copy"));
			store.delete(this.documents.subList(0, 1_000).stream().map(Document::getId).toList());
			addDirectly(store, this.model, documents("other", 1_500, new Random(5)));
			store.compact();
		}
		try (Stream<Path> files = Files.list(this.directory.resolve("copy"))) {
			assertThat(files.map((file) -> file.getFileName().toString())).contains("hnsw.db", "index.manifest")
				.anyMatch((file) -> file.startsWith("index-"))
				.anyMatch((file) -> file.startsWith("vectors-"));
		}
		this.chunks = 1;
		try (HnswVectorStore copy = open("copy")) {
			assertServesAtOnce(copy);
			assertThat(copy.count()).isEqualTo(DOCUMENTS);
			assertFindsEach(copy, this.model, this.documents.subList(0, 50));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "index.manifest", "index-", "vectors-" })
	void damageOfTheIndexCostsTimeOnly(String file) throws IOException {
		fill();
		try (HnswVectorStore store = open("live")) {
			store.backup(this.directory.resolve("copy"));
		}
		Path damaged;
		try (Stream<Path> files = Files.list(this.directory.resolve("copy"))) {
			damaged = files.filter((one) -> one.getFileName().toString().startsWith(file)).findFirst().orElseThrow();
		}
		byte[] bytes = Files.readAllBytes(damaged);
		for (int i = bytes.length / 2; i < Math.min(bytes.length, bytes.length / 2 + 2_000); i++) {
			bytes[i] ^= 0x55;
		}
		Files.write(damaged, bytes);
		try (HnswVectorStore copy = open("copy")) {
			assertThat(copy.count()).isEqualTo(DOCUMENTS);
			assertFindsEach(copy, this.model, this.documents.subList(1_480, 1_520));
			await("the index", () -> copy.status().indexState() == IndexState.READY);
			assertFindsEach(copy, this.model, this.documents.subList(1_480, 1_520));
		}
	}

	@Test
	void anEmptyStoreIsBackedUpWithoutAnIndex() {
		try (HnswVectorStore store = open("live")) {
			store.backup(this.directory.resolve("copy"));
		}
		assertThat(this.directory.resolve("copy")).isDirectoryNotContaining("glob:**/{index,vectors}*");
		try (HnswVectorStore copy = open("copy")) {
			assertThat(copy.count()).isZero();
		}
	}

	@Test
	void whatCannotBeCopiedIsLeftOut() {
		fill();
		HnswVectorStore.Builder builder = builder("live");
		AtomicInteger copies = new AtomicInteger();
		try (HnswVectorStore store = StoreSeams.faults(builder, (options) -> options.files = new DerivedFiles() {

			@Override
			public void copy(Path from, Path to) throws IOException {
				if (copies.incrementAndGet() == 2) {
					throw new IOException("disk full");
				}
				DerivedFiles.super.copy(from, to);
			}

		}).build()) {
			store.start();
			store.backup(this.directory.resolve("copy"));
		}
		assertThat(this.directory.resolve("copy")).isDirectoryNotContaining("glob:**/{index,vectors}*");
		try (HnswVectorStore copy = open("copy")) {
			assertThat(copy.count()).isEqualTo(DOCUMENTS);
		}
	}

	@Test
	void aWriterThatSavesMeanwhileChangesNothing() throws Exception {
		fill();
		HnswVectorStore.Builder builder = builder("live");
		HnswVectorStore[] live = new HnswVectorStore[1];
		AtomicInteger copies = new AtomicInteger();
		// Between the index and the database: the log is cut off behind what was copied.
		DerivedFiles files = new DerivedFiles() {

			@Override
			public void copy(Path from, Path to) throws IOException {
				DerivedFiles.super.copy(from, to);
				if (copies.incrementAndGet() == 2) {
					addDirectly(live[0], StoreBackupTests.this.model, documents("late", 30, new Random(6)));
					live[0].compact();
				}
			}

		};
		try (HnswVectorStore store = StoreSeams.faults(builder, (options) -> options.files = files).build()) {
			live[0] = store;
			store.start();
			store.backup(this.directory.resolve("copy"));
		}
		assertThat(copies).as("copied again").hasValueGreaterThan(2);
		this.chunks = 1;
		try (HnswVectorStore copy = open("copy")) {
			assertServesAtOnce(copy);
			assertThat(copy.count()).isEqualTo(DOCUMENTS + 30);
			assertThat(copy.similaritySearch(this.model.vector(documents("late", 30, new Random(6)).get(0).getText()),
					SearchRequest.builder().topK(1).build()))
				.extracting(Document::getId)
				.containsExactly("late0");
		}
	}

}
