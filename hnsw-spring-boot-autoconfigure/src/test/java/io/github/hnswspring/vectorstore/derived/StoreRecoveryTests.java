package io.github.hnswspring.vectorstore.derived;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.fixtures.Walks;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static io.github.hnswspring.vectorstore.StoreFixture.addDirectly;
import static io.github.hnswspring.vectorstore.StoreFixture.assertFindsEach;
import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** What happens to the derived files between a stop and a start. */
@Walks
class StoreRecoveryTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(96, "test-words");

	private final List<HnswVectorStore> opened = new ArrayList<>();

	private final CountingFiles files = new CountingFiles();

	@AfterEach
	void close() {
		this.opened.forEach(HnswVectorStore::close);
	}

	private HnswVectorStore open() {
		HnswVectorStore store = StoreFixture.open(this.directory, this.model,
				(builder) -> StoreSeams.faults(builder, (options) -> options.files = this.files));
		this.opened.add(store);
		return store;
	}

	private List<Path> indexFiles() throws IOException {
		List<Path> found = new ArrayList<>();
		try (DirectoryStream<Path> stream = Files.newDirectoryStream(this.directory, "index-*.hnsw")) {
			stream.forEach(found::add);
		}
		return found;
	}

	@Test
	void loadsTheSnapshotInsteadOfBuilding() throws IOException {
		List<Document> documents = documents("d", 1500, new Random(1));
		HnswVectorStore store = open();
		addDirectly(store, this.model, documents);
		store.close();
		assertThat(indexFiles()).hasSize(1);

		store = open();

		assertThat(this.files.loaded).isEqualTo(1);
		assertThat(store.status().indexState()).isEqualTo(IndexState.READY);
		assertThat(store.status().lastSnapshotChange()).isEqualTo(store.status().lastChange());
		assertFindsEach(store, this.model, documents);
	}

	@Test
	void startingAgainLeavesNoSpareVectorFile() throws IOException {
		HnswVectorStore store = open();
		addDirectly(store, this.model, documents("d", 20, new Random(1)));
		store.close();

		open().close();

		try (Stream<Path> listed = Files.list(this.directory)) {
			assertThat(listed.filter((path) -> path.toString().endsWith(".f32"))).hasSize(1);
		}
	}

	@Test
	void replaysWhatChangedAfterTheSnapshot() throws IOException {
		List<Document> documents = documents("d", 700, new Random(2));
		HnswVectorStore store = open();
		addDirectly(store, this.model, documents);
		store.close();
		this.files.failSaves = true;
		store = open();
		store.delete(List.of("d0", "d1"));
		addDirectly(store, this.model, documents("later", 50, new Random(3)));
		addDirectly(store, this.model, List.of(StoreFixture.document("d2", "an entirely different text")));
		store.close();

		this.files.failSaves = false;
		store = open();

		assertThat(this.files.loaded).isEqualTo(2);
		assertThat(store.count()).isEqualTo(748);
		assertThat(store.index().audit().isSound()).isTrue();
		assertThat(store.index().statistics().size()).isEqualTo(748);
		assertFindsEach(store, this.model, documents.subList(3, 700));
		assertFindsEach(store, this.model, documents("later", 50, new Random(3)));
		assertFindsEach(store, this.model, List.of(StoreFixture.document("d2", "an entirely different text")));
	}

	@Test
	void everyDamageToDerivedFilesLeadsToARebuildWithTheSameAnswers() throws IOException {
		List<Document> documents = documents("d", 60, new Random(4));
		HnswVectorStore store = open();
		addDirectly(store, this.model, documents);
		store.close();
		byte[] manifest = Files.readAllBytes(this.directory.resolve(SnapshotManifest.FILE));
		byte[] index = Files.readAllBytes(indexFiles().get(0));

		for (int position = 0; position < manifest.length; position += 29) {
			byte[] damaged = manifest.clone();
			damaged[position] ^= 0x11;
			rebuildsFrom(damaged, index, documents);
		}
		for (int position = 0; position < index.length; position += 4001) {
			byte[] damaged = index.clone();
			damaged[position] ^= 0x11;
			rebuildsFrom(manifest, damaged, documents);
		}
		for (int length : new int[] { 0, 1, 100, index.length - 1 }) {
			rebuildsFrom(manifest, java.util.Arrays.copyOf(index, length), documents);
		}
	}

	private void rebuildsFrom(byte[] manifest, byte[] index, List<Document> documents) throws IOException {
		// Neither file can be valid, nor is a next snapshot allowed to hide the damage.
		for (Path file : indexFiles()) {
			Files.delete(file);
		}
		this.files.failSaves = true;
		Files.write(this.directory.resolve(SnapshotManifest.FILE), manifest);
		Files.write(this.directory.resolve("index-1.hnsw"), index);
		this.files.loaded = 0;
		HnswVectorStore store = open();
		assertThat(this.files.loaded).isZero();
		assertFindsEach(store, this.model, documents.subList(0, 5));
		assertThat(store.index().statistics().size()).isEqualTo(documents.size());
		store.close();
		this.opened.clear();
	}

	@Test
	void anotherStoresFilesAreRefused(@TempDir Path other) throws IOException {
		HnswVectorStore store = open();
		addDirectly(store, this.model, documents("mine", 20, new Random(5)));
		store.close();
		HnswVectorStore stranger = StoreFixture.open(other, this.model);
		addDirectly(stranger, this.model, documents("theirs", 20, new Random(6)));
		stranger.close();
		try (Stream<Path> derived = Files.list(other)) {
			for (Path file : derived.filter((path) -> path.getFileName().toString().startsWith("index")).toList()) {
				Files.copy(file, this.directory.resolve(file.getFileName()),
						java.nio.file.StandardCopyOption.REPLACE_EXISTING);
			}
		}

		store = open();

		assertThat(this.files.loaded).isZero();
		assertFindsEach(store, this.model, documents("mine", 20, new Random(5)));
	}

	@Test
	void anOlderSnapshotOfTheSameStoreIsRefusedOncePruned() throws IOException {
		HnswVectorStore store = open();
		addDirectly(store, this.model, documents("d", 30, new Random(7)));
		store.close();
		byte[] manifest = Files.readAllBytes(this.directory.resolve(SnapshotManifest.FILE));
		byte[] index = Files.readAllBytes(this.directory.resolve("index-1.hnsw"));
		store = open();
		store.delete(List.of("d7"));
		store.close();
		assertThat(indexFiles()).extracting((path) -> path.getFileName().toString()).containsExactly("index-2.hnsw");
		Files.write(this.directory.resolve(SnapshotManifest.FILE), manifest);
		Files.write(this.directory.resolve("index-1.hnsw"), index);
		this.files.loaded = 0;

		store = open();

		assertThat(this.files.loaded).isZero();
		assertThat(store.index().statistics().size()).isEqualTo(29);
	}

	@Test
	void searchesAreExactAndWritesCountWhileTheIndexIsBuilt() throws Exception {
		List<Document> documents = documents("d", 3000, new Random(8));
		HnswVectorStore store = open();
		addDirectly(store, this.model, documents);
		store.close();
		Files.delete(this.directory.resolve(SnapshotManifest.FILE));
		CountDownLatch go = new CountDownLatch(1);
		this.files.beforeBuild = go;

		store = open();

		assertThat(store.status().indexState()).isEqualTo(IndexState.REBUILDING);
		assertThat(store.status().rebuildProgress()).isLessThan(1);
		assertFindsEach(store, this.model, documents.subList(0, 20));
		store.delete(List.of("d0", "d2999"));
		addDirectly(store, this.model, documents("late", 3, new Random(9)));
		assertFindsEach(store, this.model, documents("late", 3, new Random(9)));
		assertThat(store.similaritySearch(this.model.vector(documents.get(0).getText()),
				SearchRequest.builder().topK(3000).filterExpression("even == true").build()))
			.as("1500 even ones, one deleted, two late")
			.hasSize(1501)
			.noneMatch((found) -> found.getId().equals("d0"));

		go.countDown();
		HnswVectorStore rebuilt = store;
		await("the rebuild", () -> rebuilt.status().indexState() == IndexState.READY);
		assertThat(store.index().statistics().size()).isEqualTo(3001);
		assertThat(store.index().audit().isSound()).isTrue();
		assertFindsEach(store, this.model, documents.subList(1, 100));
	}

	@Test
	void anInterruptedRebuildGoesOnWhereItWas() throws Exception {
		List<Document> documents = documents("d", 3000, new Random(10));
		HnswVectorStore store = open();
		addDirectly(store, this.model, documents);
		store.close();
		Files.delete(this.directory.resolve(SnapshotManifest.FILE));
		this.files.stopAfterChunks = 2;
		store = open();
		await("two chunks", () -> this.files.stopAfterChunks == 0);
		store.close();
		SnapshotManifest manifest = SnapshotManifest.read(this.directory.resolve(SnapshotManifest.FILE));
		assertThat(manifest.serving().covered()).isBetween(900L, 2700L);
		this.files.stopAfterChunks = Integer.MAX_VALUE;
		this.files.loaded = 0;

		store = open();

		assertThat(this.files.loaded).isEqualTo(1);
		HnswVectorStore rebuilt = store;
		await("the rebuild", () -> rebuilt.status().indexState() == IndexState.READY);
		assertThat(store.index().statistics().size()).isEqualTo(3000);
		assertFindsEach(store, this.model, documents.subList(0, 50));
	}

	@Test
	void changedParametersRebuildWhileTheOldIndexServes() {
		List<Document> documents = documents("d", 1000, new Random(11));
		HnswVectorStore store = open();
		addDirectly(store, this.model, documents);
		store.close();

		HnswVectorStore changed = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.m(8).efSearch(99).snapshotInterval(Duration.ofMillis(50)));
		this.opened.add(changed);

		assertFindsEach(changed, this.model, documents.subList(0, 10));
		await("the new index", () -> changed.status().indexState() == IndexState.READY);
		assertThat(changed.index().m()).isEqualTo(8);
		assertThat(changed.index().efSearch()).isEqualTo(99);
		assertThat(changed.index().statistics().size()).isEqualTo(1000);
		assertFindsEach(changed, this.model, documents.subList(0, 10));
	}

	/** A store whose rebuild with another m was stopped after two chunks of three. */
	private List<Document> interruptedRebuild(int m) {
		List<Document> documents = documents("d", 3000, new Random(12));
		HnswVectorStore store = open();
		addDirectly(store, this.model, documents);
		store.close();
		rebuildTwoChunks(m);
		return documents;
	}

	private void rebuildTwoChunks(int m) {
		this.files.stopAfterChunks = 2;
		HnswVectorStore changed = open(m);
		await("two chunks", () -> this.files.stopAfterChunks == 0 && changed.status().rebuildProgress() > 0.6);
		changed.close();
	}

	private HnswVectorStore open(int m) {
		HnswVectorStore store = StoreFixture.open(this.directory, this.model,
				(builder) -> StoreSeams.faults(builder.m(m), (options) -> options.files = this.files));
		this.opened.add(store);
		return store;
	}

	private void assertIsComplete(HnswVectorStore store, int m, List<Document> documents) {
		await("the rebuild", () -> store.status().indexState() == IndexState.READY);
		assertThat(store.index().m()).isEqualTo(m);
		assertThat(store.index().statistics().size()).isEqualTo(documents.size());
		assertThat(store.index().audit().isSound()).isTrue();
		assertFindsEach(store, this.model, documents.subList(0, 50));
		assertFindsEach(store, this.model, documents.subList(documents.size() - 50, documents.size()));
	}

	@Test
	void aRebuildWithOtherParametersGoesOnWhereItWasAndSaysSoFromTheFirstMoment() {
		List<Document> documents = interruptedRebuild(8);
		assertThat(this.files.stopAfterChunks).isZero();

		HnswVectorStore store = open(8);

		assertThat(store.status().indexState()).isEqualTo(IndexState.REBUILDING);
		assertThat(store.status().rebuildProgress()).isCloseTo(2000 / 3000.0, within(0.01));
		assertThat(store.index().m()).as("the former graph answers").isEqualTo(16);
		assertFindsEach(store, this.model, documents.subList(0, 20));
		// What was in the new graph already, what was not, and what comes now.
		store.delete(List.of("d0", "d2999"));
		List<Document> expected = new ArrayList<>(documents.subList(1, 2999));
		List<Document> later = documents("later", 20, new Random(13));
		addDirectly(store, this.model, later);
		expected.addAll(later);
		store.close();

		HnswVectorStore again = open(8);
		assertThat(again.status().rebuildProgress()).isCloseTo(2000 / 3020.0, within(0.01));
		assertFindsEach(again, this.model, later);
		this.files.stopAfterChunks = Integer.MAX_VALUE;
		assertIsComplete(again, 8, expected);
	}

	@Test
	void anotherChangeOfParametersDuringARebuildBeginsAnew() {
		List<Document> documents = interruptedRebuild(8);

		HnswVectorStore store = open(12);

		assertThat(store.status().rebuildProgress()).isZero();
		assertThat(store.index().m()).isEqualTo(16);
		this.files.stopAfterChunks = Integer.MAX_VALUE;
		assertIsComplete(store, 12, documents);
		store.close();
		assertThat(files()).hasSize(1 + 1);
	}

	@Test
	void parametersChangedBackDuringARebuildUseTheFormerIndex() {
		List<Document> documents = interruptedRebuild(8);

		HnswVectorStore store = open();

		assertThat(store.status().indexState()).isEqualTo(IndexState.READY);
		assertIsComplete(store, 16, documents);
		await("the files of the rebuild to go", () -> files().size() == 1 + 1);
		store.close();
		rebuildTwoChunks(8);
		HnswVectorStore resumed = open(8);
		assertThat(resumed.status().rebuildProgress()).isCloseTo(2000 / 3000.0, within(0.01));
	}

	@Test
	void aRebuildGoesOnAlsoIfTheFormerIndexIsLost() throws IOException {
		List<Document> documents = interruptedRebuild(8);
		Files.delete(this.directory.resolve("index-1.hnsw"));

		HnswVectorStore store = open(8);

		assertThat(store.status().rebuildProgress()).isCloseTo(2000 / 3000.0, within(0.01));
		assertFindsEach(store, this.model, documents.subList(2900, 3000));
		this.files.stopAfterChunks = Integer.MAX_VALUE;
		assertIsComplete(store, 8, documents);
	}

	@Test
	void aRebuildWhoseFilesAreLostBeginsAnewWhileTheFormerIndexServes() throws IOException {
		List<Document> documents = interruptedRebuild(8);
		Files.delete(this.directory.resolve("index-2.hnsw"));

		HnswVectorStore store = open(8);

		assertThat(store.status().rebuildProgress()).isZero();
		assertThat(store.index().m()).isEqualTo(16);
		this.files.stopAfterChunks = Integer.MAX_VALUE;
		assertIsComplete(store, 8, documents);
	}

	/** Index files and vector files. */
	private List<Path> files() {
		try (Stream<Path> listed = Files.list(this.directory)) {
			return listed.filter((path) -> path.toString().endsWith(".f32") || path.toString().endsWith(".hnsw"))
				.toList();
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	@Test
	void snapshotsAreWrittenInTheBackgroundAndOldOnesRemoved() throws IOException {
		HnswVectorStore store = StoreFixture.open(this.directory, this.model, (builder) -> builder.snapshotChanges(10));
		this.opened.add(store);
		for (int i = 0; i < 3; i++) {
			addDirectly(store, this.model, documents("round" + i, 20, new Random(i)));
			await("a snapshot", () -> store.status().lastSnapshotChange() == store.status().lastChange());
		}
		await("old generations to go", () -> {
			try {
				return indexFiles().size() == 1;
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	/** Counts loads, fails saves, and holds up builds. */
	private static final class CountingFiles implements DerivedFiles {

		volatile int loaded;

		volatile boolean failSaves;

		volatile CountDownLatch beforeBuild = new CountDownLatch(0);

		volatile int stopAfterChunks = Integer.MAX_VALUE;

		@Override
		public HnswIndex loadIndex(Path file, java.util.function.Function<Path, HnswIndex> loader) {
			this.loaded++;
			return DerivedFiles.super.loadIndex(file, loader);
		}

		@Override
		public void saveIndex(HnswIndex index, Path file) {
			if (this.failSaves) {
				throw new java.io.UncheckedIOException(new IOException("no space left on device"));
			}
			DerivedFiles.super.saveIndex(index, file);
		}

		@Override
		public boolean mayBuildOn() {
			if (this.beforeBuild.getCount() > 0 || this.stopAfterChunks == 0) {
				return false;
			}
			this.stopAfterChunks--;
			return true;
		}

	}

}
