package io.github.hnswspring.vectorstore.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.reliability.Child;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreDirectoryException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreInUseException;
import io.github.hnswspring.vectorstore.UnsupportedStoreVersionException;
import io.github.hnswspring.vectorstore.storage.StoreSchema;
import io.github.hnswspring.vectorstore.storage.VectorBlob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static io.github.hnswspring.vectorstore.StoreFixture.addDirectly;
import static io.github.hnswspring.vectorstore.StoreFixture.assertFindsEach;
import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static io.github.hnswspring.vectorstore.StoreFixture.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Who may open a store, when, and what others may do to it meanwhile. */
class StoreLifecycleTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private final List<HnswVectorStore> opened = new ArrayList<>();

	@AfterEach
	void close() {
		this.opened.forEach(HnswVectorStore::close);
	}

	private HnswVectorStore open() {
		HnswVectorStore store = StoreFixture.open(this.directory, this.model);
		this.opened.add(store);
		return store;
	}

	@Test
	void stopsAndStartsAgain() {
		HnswVectorStore store = open();
		store.add(List.of(document("1", "one")));
		store.stop();
		store.stop();

		assertThat(store.isRunning()).isFalse();
		assertThat(store.status().indexState()).isEqualTo(IndexState.CLOSED);
		assertThatExceptionOfType(StoreClosedException.class).isThrownBy(() -> store.similaritySearch("one"))
			.withMessageContaining("start()");
		assertThatExceptionOfType(StoreClosedException.class)
			.isThrownBy(() -> store.add(List.of(document("2", "two"))));
		try (HnswVectorStore other = StoreFixture.open(this.directory, this.model)) {
			assertThat(other.count()).isEqualTo(1);
		}

		store.start();
		store.start();
		assertThat(store.similaritySearch("one")).hasSize(1);
	}

	@Test
	void opensOnFirstUse() {
		HnswVectorStore store = HnswVectorStore.builder(this.model).directory(this.directory).build();
		this.opened.add(store);
		assertThat(store.isRunning()).isFalse();
		assertThat(store.similaritySearch("anything")).isEmpty();
		assertThat(store.isRunning()).isTrue();
		assertThat(this.model.calls()).as("an empty store has nothing to compare with").isZero();
	}

	@Test
	void aTemporaryStoreSurvivesAPauseButNotItsEnd() {
		HnswVectorStore store = HnswVectorStore.builder(this.model).build();
		this.opened.add(store);
		store.add(List.of(document("1", "one")));
		Path temporary = store.status().directory();
		store.stop();
		HnswVectorStore another = HnswVectorStore.builder(this.model).build();
		this.opened.add(another);
		another.start();
		store.start();
		assertThat(store.count()).isEqualTo(1);
		assertThat(another.status().directory()).isNotEqualTo(temporary);
		store.close();
		assertThat(temporary).doesNotExist();
	}

	@Test
	void removesTemporaryDirectoriesOfTheDead() throws IOException {
		Path dead = Files.createTempDirectory("hnsw-vector-store-");
		Files.createFile(dead.resolve("hnsw.lock"));
		Files.writeString(dead.resolve("hnsw.pid"), "999999999\n");
		Files.writeString(dead.resolve("hnsw.db"), "left over");
		Path stranger = Files.createTempDirectory("hnsw-vector-store-");
		HnswVectorStore store = HnswVectorStore.builder(this.model).build();
		this.opened.add(store);
		store.start();
		assertThat(dead).doesNotExist();
		assertThat(stranger).as("has no lock file, so it may be no store").exists();
		Files.delete(stranger);
	}

	@Test
	void aSecondStoreInThisProcessIsRefused() throws IOException {
		open();
		Path link = Files.createSymbolicLink(this.directory.resolveSibling("link-" + System.nanoTime()),
				this.directory);
		try {
			for (Path path : List.of(this.directory, link, this.directory.resolve("."))) {
				StoreInUseException refusal = catchThrowableOfType(StoreInUseException.class,
						() -> StoreFixture.open(path, this.model));
				assertThat(refusal.ownerPid()).isEqualTo(ProcessHandle.current().pid());
				assertThat(refusal).hasMessageContaining("of this process");
			}
		}
		finally {
			Files.delete(link);
		}
	}

	@Test
	void aSecondProcessIsRefusedByTheNumberOfTheFirstAndCanWaitForIt() throws Exception {
		Process owner = startOwner("hold");
		try {
			StoreInUseException refusal = catchThrowableOfType(StoreInUseException.class, this::open);
			assertThat(refusal.ownerPid()).isEqualTo(owner.pid());
			assertThat(refusal).hasMessageContaining(String.valueOf(owner.pid()));
			owner.destroyForcibly();
			HnswVectorStore store = StoreFixture.open(this.directory, this.model,
					(builder) -> builder.lockTimeout(Duration.ofSeconds(60)));
			this.opened.add(store);
			assertThat(store.count()).as("committed before the owner was killed").isEqualTo(1);
			assertThat(store.similaritySearch("from the child")).hasSize(1);
		}
		finally {
			owner.destroyForcibly();
			owner.waitFor(60, TimeUnit.SECONDS);
		}
	}

	private Process startOwner(String mode) throws IOException {
		Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-cp",
				Child.quietClassPath(), Owner.class.getName(), this.directory.toString(), mode)
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		int first = process.getInputStream().read();
		while (first >= 0 && first != '!') {
			first = process.getInputStream().read();
		}
		assertThat(first).as("the other process has opened the store").isEqualTo('!');
		return process;
	}

	@Test
	void aStoreThatLosesItsDirectoryWritesNothingMore() throws Exception {
		HnswVectorStore store = open();
		store.add(List.of(document("1", "one")));
		Files.delete(this.directory.resolve("hnsw.lock"));
		Process usurper = startOwner("hold");
		try {
			PartialAddException refusal = catchThrowableOfType(PartialAddException.class,
					() -> store.add(List.of(document("2", "two"))));
			assertThat(refusal).hasMessageContaining("taken over by another process");
			assertThat(store.exists("2")).isFalse();
			assertThat(store.similaritySearch("one")).isNotEmpty();
		}
		finally {
			usurper.destroyForcibly();
			usurper.waitFor(60, TimeUnit.SECONDS);
		}
	}

	@Test
	void interruptedThreadsDoNotHurtOthers() {
		HnswVectorStore store = open();
		store.add(List.of(document("1", "one")));
		Thread.currentThread().interrupt();
		store.add(List.of(document("2", "two")));
		assertThat(store.similaritySearch("two")).hasSize(2);
		assertThat(Thread.interrupted()).as("the interrupt is still there").isTrue();
		store.add(List.of(document("3", "three")));
		assertThatExceptionOfType(StoreInUseException.class)
			.isThrownBy(() -> StoreFixture.open(this.directory, this.model));
	}

	@Test
	void editsOfOtherToolsAreNoticed() throws Exception {
		HnswVectorStore store = open();
		store.add(documents("d", 20, new Random(1)));
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.directory.resolve("hnsw.db"))) {
			try (Statement statement = connection.createStatement()) {
				statement.executeUpdate("DELETE FROM document WHERE id = 'd3'");
				statement.executeUpdate("UPDATE document SET metadata = '{\"edited\": true}' WHERE id = 'd4'");
			}
			try (PreparedStatement insert = connection.prepareStatement(
					"INSERT INTO document (id, embedding, metadata, text) VALUES ('new', ?, '{}', 'by hand')")) {
				insert.setBytes(1, VectorBlob.encode(this.model.vector("by hand")));
				insert.executeUpdate();
			}
			try (PreparedStatement update = connection
				.prepareStatement("UPDATE document SET text = 'moved', embedding = ? WHERE id = 'd5'")) {
				update.setBytes(1, VectorBlob.encode(this.model.vector("moved")));
				update.executeUpdate();
			}
		}
		awaitEdits(store);

		assertThat(store.count()).isEqualTo(20);
		assertFindsEach(store, this.model, List.of(document("new", "by hand"), document("d5", "moved")));
		assertThat(store
			.similaritySearch(SearchRequest.builder().query("x").topK(20).filterExpression("edited == true").build()))
			.extracting(Document::getId)
			.containsExactly("d4");
		assertThat(store.index().statistics().size()).isEqualTo(20);
		this.model.reset();
		store.add(List.of(document("again", "moved")));
		assertThat(this.model.timesEmbedded()).as("a text edited by hand proves nothing about its vector")
			.containsEntry("moved", 1);
	}

	/**
	 * A search between an edit and the moment it is noticed must not pin the old answer.
	 */
	@Test
	void filtersForgetWhatTheyAnsweredBeforeAnEditWasNoticed() throws Exception {
		HnswVectorStore store = open();
		store.add(documents("d", 5, new Random(1)));
		HnswVectorStore reader = StoreFixture.open(this.directory, this.model, (builder) -> builder.readOnly(true));
		this.opened.add(reader);
		SearchRequest edited = SearchRequest.builder().query("x").topK(5).filterExpression("edited == true").build();
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.directory.resolve("hnsw.db"));
				Statement statement = connection.createStatement()) {
			statement.executeUpdate("UPDATE document SET metadata = '{\"edited\": true}' WHERE id = 'd4'");
		}
		store.similaritySearch(edited);
		reader.similaritySearch(edited);
		awaitEdits(store);
		assertThat(store.similaritySearch(edited)).extracting(Document::getId).containsExactly("d4");
		assertThat(reader.similaritySearch(edited)).extracting(Document::getId).containsExactly("d4");
	}

	/** Waits until the store has followed the last change there is. */
	private void awaitEdits(HnswVectorStore store) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.directory.resolve("hnsw.db"))) {
			await("the edits", () -> store.status().lastChange() == lastChange(connection));
		}
	}

	private static long lastChange(Connection connection) {
		try (Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery("SELECT seq FROM sqlite_sequence WHERE name = 'change'")) {
			return result.next() ? result.getLong(1) : 0;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void readersFollowTheOwner() {
		HnswVectorStore owner = open();
		owner.add(documents("d", 5, new Random(1)));
		HnswVectorStore reader = StoreFixture.open(this.directory, this.model, (builder) -> builder.readOnly(true));
		this.opened.add(reader);

		assertThat(reader.count()).isEqualTo(5);
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> reader.add(List.of(document("x", "x"))))
			.withMessageContaining("hnsw.read-only");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> reader.delete(List.of("d1")));
		owner.add(List.of(document("late", "late")));
		owner.delete(List.of("d1"));

		await("the reader", () -> reader.status().lastChange() == owner.status().lastChange());
		assertThat(reader.count()).isEqualTo(5);
		assertFindsEach(reader, this.model, List.of(document("late", "late")));
	}

	@Test
	void aBackupOpensAsAStoreOfItsOwn(@TempDir Path elsewhere) {
		HnswVectorStore store = open();
		List<Document> documents = documents("d", 50, new Random(1));
		store.add(documents);
		Path target = elsewhere.resolve("copy");

		store.backup(target);
		store.delete(List.of("d1"));

		try (HnswVectorStore copy = StoreFixture.open(target, this.model)) {
			assertThat(copy.count()).isEqualTo(50);
			assertFindsEach(copy, this.model, documents);
			assertThat(copy
				.similaritySearch(SearchRequest.builder().query("x").topK(50).filterExpression("even == true").build()))
				.hasSize(25);
		}
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.backup(target))
			.withMessageContaining("not empty");
		assertThat(elsewhere.toFile().list()).containsExactly("copy");
	}

	/** SQLite itself may not notice, and would acknowledge documents that are lost. */
	@Test
	void aDatabaseDeletedOrReplacedUnderTheStoreIsNotWrittenTo() throws IOException {
		HnswVectorStore store = open();
		store.add(List.of(document("1", "one")));
		Path file = this.directory.resolve("hnsw.db");
		Path copy = Files.copy(file, this.directory.resolve("copy.db"));
		Files.delete(file);
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.delete(List.of("1")));
		assertThat(store.status().writable()).isFalse();
		Files.move(copy, file);
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> store.delete(List.of("1")));
		assertThat(store.similaritySearch("one")).hasSize(1);
	}

	/** To read an open database's file from here would drop SQLite's locks on it. */
	@Test
	void anOpenStoreIsNotSalvaged() {
		HnswVectorStore store = open();
		store.add(List.of(document("1", "one")));
		Path target = this.directory.resolve("salvaged");
		assertThatExceptionOfType(StoreInUseException.class)
			.isThrownBy(() -> HnswVectorStore.salvage(this.directory, target, Metric.COSINE));
		assertThat(target).doesNotExist();
		store.close();
		assertThat(HnswVectorStore.salvage(this.directory, target, Metric.COSINE).recovered()).isEqualTo(1);
	}

	@Test
	void compactingKeepsEverythingAlive() {
		HnswVectorStore store = open();
		List<Document> documents = documents("d", 400, new Random(1));
		addDirectly(store, this.model, documents);
		store.delete(documents.subList(0, 300).stream().map(Document::getId).toList());

		store.compact();

		await("the new index", () -> store.status().indexState() == IndexState.READY);
		assertThat(store.count()).isEqualTo(100);
		assertThat(store.index().statistics().size()).isEqualTo(100);
		assertFindsEach(store, this.model, documents.subList(300, 400));
	}

	@Test
	void theIndexIsForReadingOnly() {
		HnswVectorStore store = open();
		assertThat(store.index().search(this.model.vector("x"), 3)).isEmpty();
		store.add(List.of(document("1", "one")));
		assertThat(store.index().dimensions()).isEqualTo(64);
		assertThat(store.index().search(this.model.vector("one"), 3)).hasSize(1);
		assertThat(store.<Object>getNativeClient()).containsSame(store.index());
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> store.index().add(7, new float[64]))
			.withMessageContaining("HnswVectorStore");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> store.index().remove(1));
		store.index().close();
		assertThat(store.similaritySearch("one")).hasSize(1);
	}

	@Test
	void aDirectoryThatCannotBeUsedIsExplained() throws IOException {
		Path file = Files.writeString(this.directory.resolve("file"), "text");
		assertThatExceptionOfType(StoreDirectoryException.class)
			.isThrownBy(() -> StoreFixture.open(file.resolve("below"), this.model))
			.withMessageContaining("hnsw.directory");
		Path missing = this.directory.resolve("missing");
		assertThatExceptionOfType(StoreDirectoryException.class)
			.isThrownBy(() -> StoreFixture.open(missing, this.model, (builder) -> builder.readOnly(true)));
		assertThat(missing).doesNotExist();
	}

	@Test
	void aDatabaseOfSomethingElseOrOfTheFutureIsLeftAlone() throws Exception {
		Path database = this.directory.resolve("hnsw.db");
		Files.write(database,
				"this is no database, but a text that is long enough".repeat(50).getBytes(StandardCharsets.UTF_8));
		assertThatExceptionOfType(CorruptStoreException.class).isThrownBy(this::open).withMessageContaining(".recover");
		Files.delete(database);
		sql("CREATE TABLE somebody (elses INTEGER)");
		assertThatExceptionOfType(CorruptStoreException.class).isThrownBy(this::open);
		Files.delete(database);
		open().close();
		sql("PRAGMA user_version = " + (StoreSchema.VERSION + 1));
		UnsupportedStoreVersionException newer = catchThrowableOfType(UnsupportedStoreVersionException.class,
				this::open);
		assertThat(newer.actual()).isEqualTo(StoreSchema.VERSION + 1);
		assertThat(newer.supported()).isEqualTo(StoreSchema.VERSION);
	}

	private void sql(String statement) throws SQLException {
		try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.directory.resolve("hnsw.db"));
				Statement sql = connection.createStatement()) {
			sql.execute(statement);
		}
	}

	/** Opens a store in a process of its own and stays until it is killed. */
	static final class Owner {

		private Owner() {
		}

		public static void main(String[] arguments) throws Exception {
			HnswVectorStore store = StoreFixture.open(Path.of(arguments[0]), new TestEmbeddingModel());
			store.add(List.of(document("child", "from the child")));
			System.out.println("!");
			System.out.flush();
			Thread.sleep(60_000);
		}

	}

}
