package io.github.hnswspring.vectorstore.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.LogCapture;
import io.github.hnswspring.vectorstore.StoreDirectoryException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.options.DerivedFiles;

import org.springframework.util.FileSystemUtils;

import static io.github.hnswspring.vectorstore.StoreFixture.assertFindsEach;
import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static io.github.hnswspring.vectorstore.StoreFixture.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What may be given as a directory, and what may happen to it while a store is open. */
class StoreDirectoryTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private void refused(Path path, String... message) {
		for (boolean readOnly : new boolean[] { false, true }) {
			assertThatExceptionOfType(StoreDirectoryException.class)
				.isThrownBy(() -> StoreFixture.open(path, this.model, (builder) -> builder.readOnly(readOnly)))
				.withMessageContaining("Store directory " + path + " cannot be used")
				.satisfies((ex) -> assertThat(ex.getMessage()).contains(message)
					.contains("hnsw.directory")
					.doesNotContain("Exception"));
		}
	}

	@Test
	void aFileIsNoDirectory() throws IOException {
		Path file = Files.writeString(this.directory.resolve("notes.txt"), "text");
		refused(file, "it is a file, not a directory");
		refused(file.resolve("store"), file + " is a file, not a directory");
		assertThat(file).hasContent("text");
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void aLinkThatLeadsNowhereIsNoDirectory() throws IOException {
		Path target = this.directory.resolve("unmounted");
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), target);
		refused(link, "it is a symbolic link to " + target + ", which does not exist");
		refused(link.resolve("store"), link + " is a symbolic link to " + target + ", which does not exist");
		assertThat(target).doesNotExist();
		Path file = Files.writeString(this.directory.resolve("notes.txt"), "text");
		refused(Files.createSymbolicLink(this.directory.resolve("toFile"), file), "it is a file, not a directory");
	}

	/** Characters that mean something in the addresses of SQLite, of files or of JDBC. */
	@ParameterizedTest
	@ValueSource(strings = { "100% of #1?", "a?b&c=d#e%20f%41", "?mode=memory&cache=shared", "file:x", ":memory:",
			" leading and trailing ", "%", "%%00#", "a;b'c\"d", "+plus+", "\u00e4 \u4e2d \ud83d\ude00", "[a-b]{c,d}*" })
	@DisabledOnOs(OS.WINDOWS)
	void aDirectoryMayHaveAnyName(String name) throws IOException {
		Path odd = this.directory.resolve(name).resolve(name);
		List<org.springframework.ai.document.Document> documents = documents("d", 20, new Random(1));
		try (HnswVectorStore store = StoreFixture.open(odd, this.model)) {
			store.add(documents);
		}
		try (HnswVectorStore store = StoreFixture.open(odd, this.model)) {
			assertThat(store.status().directory()).isEqualTo(odd.toRealPath());
			assertThat(store.count()).isEqualTo(20);
			assertFindsEach(store, this.model, documents);
			store.compact();
			store.backup(this.directory.resolve("backup " + name));
			store.exportTo(this.directory.resolve("export " + name));
		}
		try (HnswVectorStore store = StoreFixture.open(odd, this.model, (builder) -> builder.readOnly(true))) {
			assertThat(store.count()).isEqualTo(20);
		}
		try (HnswVectorStore store = StoreFixture.open(this.directory.resolve("backup " + name), this.model)) {
			assertFindsEach(store, this.model, documents);
		}
		try (Stream<Path> files = Files.list(odd)) {
			assertThat(files).contains(odd.resolve("hnsw.db"));
		}
		try (Stream<Path> all = Files.list(this.directory)) {
			assertThat(all).as("nothing beside it")
				.containsExactlyInAnyOrder(this.directory.resolve(name), this.directory.resolve("backup " + name),
						this.directory.resolve("export " + name));
		}
	}

	@Test
	void anInterruptedBackupSaysSoAndLeavesNothing() throws IOException {
		Path store = this.directory.resolve("store");
		Path target = this.directory.resolve("target");
		try (HnswVectorStore open = StoreFixture.open(store, this.model)) {
			open.add(List.of(document("1", "one")));
			for (boolean export : new boolean[] { false, true }) {
				Thread.currentThread().interrupt();
				try {
					assertThatExceptionOfType(StoreException.class).isThrownBy(() -> {
						if (export) {
							open.exportTo(target);
						}
						else {
							open.backup(target);
						}
					})
						.withMessageStartingWith(
								(export ? "Export to " : "Backup to ") + target + " failed: the thread was interrupted")
						.withMessageContaining("not affected");
					assertThat(Thread.currentThread().isInterrupted()).as("the interrupt stays set").isTrue();
				}
				finally {
					Thread.interrupted();
				}
				try (Stream<Path> all = Files.list(this.directory)) {
					assertThat(all).containsExactly(store);
				}
			}
			open.add(List.of(document("2", "two")));
			open.backup(target);
		}
		try (HnswVectorStore copy = StoreFixture.open(target, this.model)) {
			assertThat(copy.count()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aCopyInterruptedAtItsEndLeavesNothing(boolean export) throws IOException {
		Path path = this.directory.resolve("store");
		DerivedFiles interrupted = new DerivedFiles() {

			@Override
			public void rename(Path from, Path to) throws IOException {
				DerivedFiles.super.rename(from, to);
				if (to.endsWith("target")) {
					Thread.currentThread().interrupt();
				}
			}

		};
		try (HnswVectorStore store = StoreFixture.open(path, this.model,
				(builder) -> StoreSeams.faults(builder, (options) -> options.files = interrupted))) {
			Path target = this.directory.resolve("target");
			assertThatExceptionOfType(StoreException.class).isThrownBy(() -> {
				if (export) {
					store.exportTo(target);
				}
				else {
					store.backup(target);
				}
			}).withMessageContaining("interrupted");
			assertThat(Thread.interrupted()).isTrue();
			try (Stream<Path> all = Files.list(this.directory)) {
				assertThat(all).containsExactly(path);
			}
		}
	}

	/** As JUnit deletes a {@code @TempDir} before Spring closes the context. */
	@Test
	void aDirectoryDeletedBeforeTheStopIsNothingToSave() throws IOException {
		Path path = this.directory.resolve("store");
		HnswVectorStore store = StoreFixture.open(path, this.model);
		store.add(documents("d", 50, new Random(2)));
		// What is looked after once at the beginning writes, too.
		StoreFixture.await("the upkeep", () -> isIdle("hnsw-migration-store"));
		try (LogCapture log = new LogCapture()) {
			assertThat(FileSystemUtils.deleteRecursively(path)).isTrue();
			store.close();
			assertThat(log.messages(Level.WARN)).isEmpty();
			assertThat(log.messages(Level.ERROR)).isEmpty();
			assertThat(log.messages(Level.INFO)).singleElement()
				.asString()
				.contains(path.getFileName().toString(), "deleted", "nothing");
		}
		assertThat(path).doesNotExist();
	}

	private static boolean isIdle(String thread) {
		return Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.filter((each) -> each.getKey().getName().equals(thread))
			.anyMatch((each) -> Arrays.stream(each.getValue())
				.anyMatch((call) -> call.getMethodName().equals("park")
						&& call.getClassName().endsWith("MigrationWorker")));
	}

	@Test
	void aSaveThatFailsAtTheStopStillWarns() {
		Path path = this.directory.resolve("store");
		HnswVectorStore store = StoreFixture.open(path, this.model,
				(builder) -> StoreSeams.faults(builder, (options) -> options.files = new DerivedFiles() {

					@Override
					public void write(Path file, byte[] content) throws IOException {
						throw new IOException("no space left on device");
					}

				}));
		store.add(documents("d", 50, new Random(2)));
		try (LogCapture log = new LogCapture()) {
			store.close();
			assertThat(log.messages(Level.WARN)).singleElement()
				.asString()
				.contains("could not be saved", "no space left on device", path.toString());
		}
	}

}
