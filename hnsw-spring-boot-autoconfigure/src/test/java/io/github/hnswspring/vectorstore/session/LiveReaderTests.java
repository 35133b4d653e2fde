package io.github.hnswspring.vectorstore.session;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.LogCapture;
import io.github.hnswspring.vectorstore.StoreDirectoryException;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.storage.ConnectionSource;
import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.util.FileSystemUtils;

import static io.github.hnswspring.vectorstore.StoreFixture.addDirectly;
import static io.github.hnswspring.vectorstore.StoreFixture.assertFindsEach;
import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/** One process writes, this one reads, and is never started again. */
class LiveReaderTests {

	private static final int DIMENSIONS = 16;

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(DIMENSIONS, "words");

	private Writer writer;

	@AfterEach
	void stop() throws Exception {
		if (this.writer != null) {
			this.writer.stop();
		}
	}

	private Path place() {
		return this.directory.resolve("store");
	}

	private HnswVectorStore reader(Duration interval) {
		HnswVectorStore reader = HnswVectorStore.builder(this.model)
			.directory(place())
			.readOnly(true)
			.refreshInterval(interval)
			.build();
		reader.start();
		return reader;
	}

	private HnswVectorStore reader() {
		return reader(Duration.ofMillis(50));
	}

	@Test
	void whateverTheWriterDoesIsSeen() throws Exception {
		this.writer = new Writer(place());
		this.writer.tell("add a 300");
		try (HnswVectorStore reader = reader()) {
			assertThat(reader.count()).isEqualTo(300);
			this.writer.tell("add b 200");
			await("additions", () -> reader.count() == 500);
			assertFindsEach(reader, this.model, written("b", 200).subList(0, 20));
			this.writer.tell("delete b0 b1 b2");
			await("deletions", () -> reader.count() == 497);
			assertThat(reader.get(List.of("b0", "b3"))).extracting(Document::getId).containsExactly("b3");
			this.writer.tell("replace a0");
			await("a replacement", () -> reader.similaritySearch("replaced a0").get(0).getText().equals("replaced a0"));
			this.writer.tell("rebuild 12");
			this.writer.tell("add c 100");
			await("what comes after a rebuild", () -> reader.count() == 597);
			this.writer.tell("delete-all b 200");
			this.writer.tell("compact");
			await("what comes after a compaction", () -> reader.count() == 400);
			assertFindsEach(reader, this.model, written("c", 100).subList(0, 20));
			assertThat(reader.index().audit().isSound()).isTrue();
			await("the same number in the index", () -> reader.index().size() == 400);
		}
	}

	@Test
	void aReaderThatMissedPartOfTheLogTakesTheIndexOfTheWriter() throws Exception {
		this.writer = new Writer(place());
		this.writer.tell("add a 300");
		// It looks when it is told to, and not by itself in the middle.
		try (HnswVectorStore reader = reader(Duration.ofHours(1))) {
			this.writer.tell("rebuild 8");
			StoreSession before = StoreSeams.session(reader);
			// Stopping saves and forgets what is saved.
			this.writer.tell("add b 2000");
			this.writer.tell("restart");
			this.writer.tell("delete a0");
			this.writer.tell("restart");
			await("everything", () -> {
				StoreSeams.session(reader).maintenance().wakeUp();
				return reader.count() == 2_299;
			});
			assertThat(StoreSeams.session(reader)).isNotSameAs(before);
			assertThat(reader.status().indexState()).as("nothing is built").isEqualTo(IndexState.READY);
			assertThat(reader.index().m()).isEqualTo(8);
			assertFindsEach(reader, this.model, written("b", 2_000).subList(0, 20));
			assertThat(reader.exists("a0")).isFalse();
		}
	}

	@Test
	void aStoreThatIsRestoredInItsPlaceIsSeen() throws Exception {
		this.writer = new Writer(place());
		this.writer.tell("add a 50");
		this.writer.tell("backup " + this.directory.resolve("copy"));
		this.writer.tell("add b 50");
		try (HnswVectorStore reader = reader()) {
			assertThat(reader.count()).isEqualTo(100);
			this.writer.stop();
			FileSystemUtils.deleteRecursively(place());
			Thread.sleep(200);
			assertThat(reader.similaritySearch(written("b", 1).get(0).getText())).as("meanwhile").isNotEmpty();
			Files.move(this.directory.resolve("copy"), place());
			await("the restored store", () -> reader.count() == 50);
			this.writer = new Writer(place());
			this.writer.tell("add c 1");
			await("what comes after it", () -> reader.count() == 51);
			assertFindsEach(reader, this.model, written("c", 1));
		}
	}

	@Test
	void anUpgradeIsSeen() throws Exception {
		FileSystemUtils.copyRecursively(Path.of("src/test/resources/golden/store-1"), place());
		TestEmbeddingModel golden = new TestEmbeddingModel(24, "golden");
		HnswVectorStore.Builder builder = HnswVectorStore.builder(golden)
			.directory(place())
			.readOnly(true)
			.refreshInterval(Duration.ofMillis(50));
		try (HnswVectorStore reader = builder.build()) {
			reader.start();
			long before = reader.count();
			try (HnswVectorStore upgrading = HnswVectorStore.builder(golden).directory(place()).build()) {
				upgrading.start();
				upgrading.add(List.of(new Document("new", "a document after the upgrade", java.util.Map.of())));
				await("the upgrade", () -> reader.count() == before + 1);
				await("the text index of the new format",
						() -> reader.status().textIndexState() == upgrading.status().textIndexState());
			}
		}
	}

	@Test
	void aReaderBeforeTheFirstWriterIsToldWhatToDo() throws Exception {
		assertThatExceptionOfType(StoreDirectoryException.class).isThrownBy(this::reader)
			.withMessageContaining("does not exist")
			.withMessageContaining("start that one first");
		Files.createDirectory(place());
		assertThatExceptionOfType(StoreDirectoryException.class).isThrownBy(this::reader)
			.withMessageContaining("there is no store in it")
			.withMessageContaining("start that one first");
		assertThat(place()).isEmptyDirectory();
	}

	@Test
	void aWriterThatSavesAndForgetsAllTheTimeIsFollowedWithoutAWarning() throws Exception {
		this.writer = new Writer(place());
		this.writer.tell("add a 200");
		try (LogCapture log = new LogCapture(); HnswVectorStore reader = reader(Duration.ofMillis(20))) {
			for (int i = 0; i < 5; i++) {
				this.writer.tell("add x" + i + " 50");
				this.writer.tell("restart");
			}
			await("everything", () -> reader.count() == 450);
			assertThat(log.messages(Level.WARN)).noneMatch((line) -> line.contains("opening it once more"));
		}
	}

	@Test
	void anExportDoesNotKeepAReaderFromOpeningTheStoreOnceMoreNorSearchesWaiting() throws Exception {
		this.writer = new Writer(place());
		this.writer.tell("add a 300");
		List<String> exported = new CopyOnWriteArrayList<>();
		CountDownLatch seen = new CountDownLatch(1);
		try (HnswVectorStore reader = reader()) {
			StoreSession before = StoreSeams.session(reader);
			CompletableFuture<Long> export = Concurrently.supply(() -> reader.exportTo((document, vector) -> {
				exported.add(document.getId());
				assertThatNoException().isThrownBy(seen::await);
				// By another thread, which holds nothing.
				assertThat(Concurrently.supply(() -> reader.exists(document.getId()))
					.orTimeout(60, TimeUnit.SECONDS)
					.join()).isTrue();
			}));
			try {
				await("the first document", () -> !exported.isEmpty());
				try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + place().resolve("hnsw.db"));
						Statement statement = connection.createStatement()) {
					statement.executeUpdate("UPDATE meta SET value = 'another' WHERE name = 'store_id'");
				}
				this.writer.tell("add b 50");
				await("the reader opens the store once more", () -> StoreSeams.session(reader) != before);
				await("what is new", () -> reader.count() == 350);
				StoreSession after = StoreSeams.session(reader);
				Thread.sleep(300);
				assertThat(StoreSeams.session(reader)).as("opened once").isSameAs(after);
				assertThat(openReaders()).as("the export still reads the former").isEqualTo(2);
			}
			finally {
				seen.countDown();
			}
			assertThat(export.orTimeout(60, TimeUnit.SECONDS).join()).as("of its moment").isEqualTo(300);
			await("the former one is closed", () -> openReaders() == 1);
			assertFindsEach(reader, this.model, written("b", 20));
		}
	}

	@Test
	void aStopWaitsForNoStoreThatIsOpenedOnceMoreAndThatOneIsClosedToo() throws Exception {
		this.writer = new Writer(place());
		this.writer.tell("add a 50");
		AtomicBoolean heldUp = new AtomicBoolean();
		CountDownLatch opening = new CountDownLatch(1);
		CountDownLatch stopped = new CountDownLatch(1);
		ConnectionSource real = new SqliteConnectionSource();
		HnswVectorStore.Builder builder = HnswVectorStore.builder(this.model)
			.directory(place())
			.readOnly(true)
			.refreshInterval(Duration.ofMillis(50));
		HnswVectorStore reader = StoreSeams.connections(builder, (file, mode) -> {
			if (heldUp.get() && Thread.currentThread().getName().equals("hnsw-reopen")) {
				opening.countDown();
				assertThatNoException().isThrownBy(() -> stopped.await(60, TimeUnit.SECONDS));
			}
			return real.open(file, mode);
		}).build();
		try {
			reader.start();
			assertThat(openReaders()).isEqualTo(1);
			heldUp.set(true);
			try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + place().resolve("hnsw.db"));
					Statement statement = connection.createStatement()) {
				statement.executeUpdate("UPDATE meta SET value = 'another' WHERE name = 'store_id'");
			}
			this.writer.tell("add b 1");
			assertThat(opening.await(60, TimeUnit.SECONDS)).isTrue();
			Concurrently.supply(() -> {
				reader.stop();
				return true;
			}).orTimeout(30, TimeUnit.SECONDS).join();
		}
		finally {
			stopped.countDown();
			reader.close();
		}
		await("the one that came too late is closed",
				() -> openReaders() == 0 && Thread.getAllStackTraces()
					.keySet()
					.stream()
					.noneMatch((thread) -> thread.getName().equals("hnsw-reopen")));
		assertThat(reader.isRunning()).isFalse();
	}

	private static long openReaders() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("hnsw-maintenance-store"))
			.count();
	}

	private static List<Document> written(String prefix, int count) {
		return documents(prefix, count, new Random(prefix.hashCode()));
	}

	/** A process that writes what it is told to. */
	private static final class Writer {

		private final Process process;

		private final PrintStream commands;

		private final BufferedReader answers;

		Writer(Path directory) throws IOException {
			this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
					Victim.class.getName(), directory.toString())
				.redirectError(ProcessBuilder.Redirect.DISCARD)
				.start();
			this.commands = new PrintStream(this.process.getOutputStream(), true, StandardCharsets.UTF_8);
			this.answers = new BufferedReader(
					new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8));
		}

		/** Returns once it is done. */
		void tell(String command) throws IOException {
			this.commands.println(command);
			String line;
			do {
				line = this.answers.readLine();
				assertThat(line).as("the writer died at: " + command).isNotNull();
				assertThat(line).doesNotStartWith("failed");
			}
			while (!line.equals("done"));
		}

		void stop() throws Exception {
			this.commands.close();
			if (!this.process.waitFor(60, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
		}

	}

	/** The other process. */
	static final class Victim {

		private Victim() {
		}

		public static void main(String[] arguments) throws Exception {
			Path directory = Path.of(arguments[0]);
			TestEmbeddingModel model = new TestEmbeddingModel(DIMENSIONS, "words");
			HnswVectorStore store = open(directory, model, 16);
			BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			for (String line = commands.readLine(); line != null; line = commands.readLine()) {
				String[] words = line.split(" ");
				try {
					switch (words[0]) {
						case "add" -> addDirectly(store, model, written(words[1], Integer.parseInt(words[2])));
						case "delete" -> store.delete(List.of(words).subList(1, words.length));
						case "delete-all" -> store.delete(
								IntStream.range(0, Integer.parseInt(words[2])).mapToObj((i) -> words[1] + i).toList());
						case "replace" ->
							store.add(List.of(new Document(words[1], "replaced " + words[1], java.util.Map.of())));
						case "rebuild" -> {
							store.close();
							store = open(directory, model, Integer.parseInt(words[1]));
							HnswVectorStore rebuilt = store;
							await("the rebuild", () -> rebuilt.status().indexState() == IndexState.READY);
						}
						case "restart" -> {
							int m = store.status().configuredIndex().m();
							store.close();
							store = open(directory, model, m);
						}
						case "compact" -> store.compact();
						case "backup" -> store.backup(Path.of(words[1]));
						default -> throw new IllegalArgumentException(line);
					}
					System.out.println("done");
				}
				catch (RuntimeException ex) {
					System.out.println("failed: " + ex);
				}
			}
			store.close();
		}

		private static HnswVectorStore open(Path directory, TestEmbeddingModel model, int m) {
			HnswVectorStore store = HnswVectorStore.builder(model).directory(directory).m(m).build();
			store.start();
			return store;
		}

	}

}
