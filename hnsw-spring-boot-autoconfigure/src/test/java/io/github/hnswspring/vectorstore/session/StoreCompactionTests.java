package io.github.hnswspring.vectorstore.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.vectorstore.FaultyConnections;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;

import org.springframework.ai.document.Document;

import static io.github.hnswspring.vectorstore.StoreFixture.addDirectly;
import static io.github.hnswspring.vectorstore.StoreFixture.assertFindsEach;
import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.documents;
import static org.assertj.core.api.Assertions.assertThat;

/** What compacting gives back, and that nothing is lost by it. */
class StoreCompactionTests {

	private static final int DIMENSIONS = 384;

	/** Twice over (in the database, and laid out for search) a vector of 1,536 bytes. */
	private static final long BYTES_PER_DOCUMENT = 3 * DIMENSIONS * Float.BYTES;

	/** Empty tables and indexes, SQLite's shared memory, the vector file's first step. */
	private static final long BYTES_OF_AN_EMPTY_STORE = 512 << 10;

	private static final Path MAPS = Path.of("/proc/self/maps");

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(DIMENSIONS, "test-words");

	@Test
	void theDirectoryAndTheIndexShrinkToWhatTheDocumentsLeftNeed(@TempDir Path fresh) {
		List<Document> documents = documents("d", 6000, new Random(1));
		try (HnswVectorStore store = open()) {
			addDirectly(store, this.model, documents);
			long full = bytes();
			long fullIndex = store.index().statistics().heapBytes();
			store.delete(documents.subList(300, 6000).stream().map(Document::getId).toList());
			store.stop();
			store.start();
			long before = bytes();

			store.compact();

			long after = bytes();
			assertThat(before).as("bytes in the directory before").isGreaterThan(full / 2);
			assertThat(after).as("bytes in the directory: %,d before", before)
				.isLessThan(300 * BYTES_PER_DOCUMENT + BYTES_OF_AN_EMPTY_STORE);
			assertThat(store.status().indexState()).isEqualTo(IndexState.READY);
			assertThat(store.index().statistics().heapBytes()).isLessThan(fullIndex / 2)
				.isEqualTo(heapBytesOfANewStore(fresh, documents.subList(0, 300)));
			assertThat(store.index().statistics().mappedBytes()).isLessThan(2 * 300 * DIMENSIONS * Float.BYTES);
			assertFindsEach(store, this.model, documents.subList(0, 300));
		}
	}

	private long heapBytesOfANewStore(Path directory, List<Document> documents) {
		try (HnswVectorStore store = open(directory)) {
			addDirectly(store, this.model, documents);
			return store.index().statistics().heapBytes();
		}
	}

	@Test
	void searchesMeanwhileAreRightAndNothingMapsTheOldFilesAfterwards() throws Exception {
		List<Document> documents = documents("d", 3000, new Random(2));
		List<Document> kept = documents.subList(0, 200);
		try (HnswVectorStore store = open()) {
			addDirectly(store, this.model, documents);
			store.delete(documents.subList(200, 3000).stream().map(Document::getId).toList());
			AtomicBoolean done = new AtomicBoolean();
			AtomicInteger rounds = new AtomicInteger();
			CompletableFuture<Void> searches = Concurrently.run(() -> {
				while (!done.get()) {
					assertFindsEach(store, this.model, kept);
					rounds.incrementAndGet();
				}
			});
			await("searches", () -> rounds.get() > 0);
			// So that no ordinary collection comes across the maps.
			System.gc();

			store.compact();

			int before = rounds.get();
			await("searches in the new index", () -> rounds.get() > before + 1 || searches.isDone());
			done.set(true);
			searches.get();
			assertThat(store.index().statistics().removedSlots()).isZero();
			if (Files.exists(MAPS)) {
				await("the old vector file to be unmapped", () -> deletedMaps().isEmpty());
			}
		}
	}

	private List<String> deletedMaps() {
		try {
			return Files.readAllLines(MAPS)
				.stream()
				.filter((line) -> line.contains(this.directory.toString()) && line.endsWith("(deleted)"))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Before each operation on a file and each statement the directory is put aside. */
	@Test
	void aKillAtAnyMomentLeavesAllDocuments(@TempDir Path copies) throws IOException {
		List<Document> documents = documents("d", 300, new Random(3));
		List<Document> kept = documents.subList(0, 40);
		FaultyConnections connections = new FaultyConnections();
		List<String> moments = new ArrayList<>();
		Consumer<String> kill = (moment) -> {
			if (!moments.isEmpty()) {
				copy(copies.resolve("copy" + moments.size()));
				moments.add(moment);
			}
		};
		connections.beforeEachStep(() -> kill.accept("a statement"));
		HnswVectorStore.Builder builder = HnswVectorStore.builder(this.model).directory(this.directory).m(8);
		StoreSeams.connections(builder, connections);
		StoreSeams.files(builder, (operation, file) -> {
			kill.accept(operation + " " + file.getFileName());
			return -1;
		});
		try (HnswVectorStore store = builder.build()) {
			store.start();
			addDirectly(store, this.model, documents);
			store.stop();
			store.start();
			store.delete(documents.subList(40, 300).stream().map(Document::getId).toList());
			moments.add("begin");

			store.compact();

			moments.add("end");
			assertThat(moments).anyMatch((moment) -> moment.startsWith("save"))
				.anyMatch((moment) -> moment.startsWith("rename"))
				.anyMatch((moment) -> moment.startsWith("delete vectors"))
				.hasSizeGreaterThan(10);
			int last = moments.size() - 1;
			moments.clear();
			for (int i = 1; i < last; i++) {
				try (HnswVectorStore killed = StoreFixture.open(copies.resolve("copy" + i), this.model)) {
					assertThat(killed.count()).isEqualTo(40);
					await("the index", () -> killed.status().indexState() == IndexState.READY);
					assertFindsEach(killed, this.model, kept);
					killed.compact();
					assertThat(bytes(copies.resolve("copy" + i)))
						.isLessThan(40 * BYTES_PER_DOCUMENT + BYTES_OF_AN_EMPTY_STORE);
				}
			}
		}
	}

	private void copy(Path target) {
		try (Stream<Path> files = Files.list(this.directory)) {
			Files.createDirectory(target);
			for (Path file : files.toList()) {
				if (!file.getFileName().toString().matches("hnsw\\.(lock|pid|db-shm)")) {
					Files.copy(file, target.resolve(file.getFileName()));
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private HnswVectorStore open() {
		return open(this.directory);
	}

	private HnswVectorStore open(Path directory) {
		return StoreFixture.open(directory, this.model, (builder) -> builder.m(8).efConstruction(40));
	}

	private long bytes() {
		return bytes(this.directory);
	}

	private static long bytes(Path directory) {
		try (Stream<Path> files = Files.list(directory)) {
			return files.mapToLong((file) -> file.toFile().length()).sum();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
