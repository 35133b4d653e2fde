package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.reliability.ReliabilityReport;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.FaultyConnections;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreSeams;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteErrorCode;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Every step of every change fails once, in several ways; afterwards the store goes on,
 * is closed, or its process ends there.
 */
class FaultTests {

	private static final List<SQLiteErrorCode> CODES = List.of(SQLiteErrorCode.SQLITE_FULL,
			SQLiteErrorCode.SQLITE_IOERR, SQLiteErrorCode.SQLITE_IOERR_FSYNC, SQLiteErrorCode.SQLITE_READONLY);

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(16, "words");

	private final FaultyConnections connections = new FaultyConnections();

	private final Map<Path, HnswVectorStore> reused = new HashMap<>();

	private int stores;

	private static Document document(String id, String text) {
		return new Document(id, text, Map.of("group", id.substring(0, 1)));
	}

	/** One a directory, started and stopped. */
	private HnswVectorStore opened(Path path, PlantedBugs bug) {
		HnswVectorStore store = this.reused.computeIfAbsent(path,
				(unknown) -> StoreSeams
					.connections(HnswVectorStore.builder(this.model).directory(path).batchingStrategy(List::of),
							bug.connections(this.connections))
					.build());
		store.start();
		return store;
	}

	private HnswVectorStore fresh() {
		HnswVectorStore store = opened(this.directory.resolve("store0"), PlantedBugs.NONE);
		addBefore(store);
		return store;
	}

	private static Map<String, String> content(HnswVectorStore store) {
		Map<String, String> content = new TreeMap<>();
		store.list(null, DocumentPageRequest.first(100))
			.documents()
			.forEach((document) -> content.put(name(document), document.getText()));
		return content;
	}

	/** Ids of documents of a source are the store's. */
	private static String name(Document document) {
		Object name = document.getMetadata().get("name");
		return (name != null) ? name.toString() : document.getId();
	}

	private static Document named(String name, String text, int page) {
		return new Document(text, Map.of("group", "s", "name", name, "page", page));
	}

	private static void addBefore(HnswVectorStore store) {
		store.add(List.of(document("a1", "first"), document("a2", "second"), document("b1", "third"),
				document("b2", "fourth")));
		store.sync("source", List.of(named("s1", "ninth", 1), named("s2", "tenth", 2)));
	}

	private void assertIs(HnswVectorStore store, Map<String, String> expected, long seen, String where) {
		assertThat(store.count(new FilterExpressionBuilder().gte("page", 7).build())).as(where + ", updated")
			.isEqualTo(seen);
		assertIs(store, expected, where);
	}

	private void assertIs(HnswVectorStore store, Map<String, String> expected, String where) {
		assertThat(content(store)).as(where).isEqualTo(expected);
		assertThat(store.count()).as(where).isEqualTo(expected.size());
		assertThat(store.index().statistics().size()).as(where).isEqualTo(expected.size());
		expected.forEach((id,
				text) -> assertThat(
						store.similaritySearch(this.model.vector(text), SearchRequest.builder().topK(1).build()))
					.as(where)
					.extracting(FaultTests::name)
					.containsExactly(id));
		assertThat(store.similaritySearch(SearchRequest.builder()
			.query("first")
			.topK(50)
			.filterExpression(new FilterExpressionBuilder().eq("group", "a").build())
			.build())).as(where + ", by filter")
			.hasSize((int) expected.keySet().stream().filter((id) -> id.startsWith("a")).count());
	}

	@ParameterizedTest
	@EnumSource(names = { "ADD", "DELETE", "SYNC", "UPDATE" })
	void everyStepMayFail(Change change) throws Exception {
		steps(change, 1, "everyStepMayFail-");
	}

	@ParameterizedTest
	@EnumSource
	@Tag("reliability")
	void everyStepOfEveryChangeMayFailInFourWays(Change change) throws Exception {
		steps(change, CODES.size(), "everyStepOfEveryChangeMayFailInFourWays-");
	}

	private void steps(Change change, int errors, String test) throws Exception {
		int steps = faults(change, PlantedBugs.NONE, errors);
		assertThat(steps).isPositive();
		ReliabilityReport.record("A failed batch is not visible", "FaultTests." + test + change,
				steps + " SQLite steps failed once with each of " + errors
						+ " errors: nothing visible of the change, searches go on, then gone on, closed and opened, "
						+ "or crashed: equal to the model");
	}

	@Test
	void aStoreWithoutTransactionsIsCaught() {
		Throwable caught = catchThrowable(() -> faults(Change.ADD, PlantedBugs.NO_TRANSACTION, 1));
		assertThat(caught).isInstanceOf(AssertionError.class);
		ReliabilityReport.record("A harness that can fail: planted NO_TRANSACTION",
				"FaultTests.aStoreWithoutTransactionsIsCaught", "caught by the first step that leaves half a batch");
	}

	private int faults(Change change, PlantedBugs bug, int errors) throws Exception {
		int step = 1;
		for (boolean more = true; more; step++) {
			more = false;
			for (int error = 0; error < errors; error++) {
				more |= fault(change, bug, step, CODES.get((step + error) % CODES.size()));
			}
		}
		return step - 2;
	}

	private boolean fault(Change change, PlantedBugs bug, int step, SQLiteErrorCode code) throws Exception {
		String where = change + " failed at step " + step + " with " + code;
		Path path = this.directory.resolve("changed");
		CrashHarness.delete(path);
		HnswVectorStore store = opened(path, bug);
		try (store) {
			addBefore(store);
			Map<String, String> before = content(store);
			this.connections.code(code);
			this.connections.failOnceAtOwn(step);
			Throwable failure = catchThrowable(() -> change.work.accept(store));
			this.connections.heal();
			if (failure == null) {
				assertThat(this.connections.steps()).as(where + ", swallowed").isLessThan(step);
				assertIs(store, change.after, change.updated, where);
				return false;
			}
			assertThat(failure).as(where)
				.isInstanceOfAny(StoreException.class, PartialAddException.class, CorruptStoreException.class);
			assertThat(failure).hasStackTraceContaining("injected at step " + step);
			assertIs(store, before, 0, where);
			Path crashed = this.directory.resolve("crashed");
			CrashHarness.delete(crashed);
			CrashHarness.copy(path, crashed);
			try (HnswVectorStore restarted = opened(crashed, PlantedBugs.NONE)) {
				assertIs(restarted, before, 0, where + ", crashed");
			}
			if (step % 2 == 0) {
				store.stop();
				store.start();
				assertIs(store, before, 0, where + ", closed");
			}
			change.work.accept(store);
			assertIs(store, change.after, change.updated, where + ", again");
			assertThat(store.status().writable()).isTrue();
		}
		return true;
	}

	@Test
	@Tag("reliability")
	void everyFileOperationOfASnapshotMayFail() throws Exception {
		int faults = 0;
		for (int bytes : new int[] { -1, 0, 1, 40 }) {
			for (int at = 1; at <= 12; at++) {
				faults += fileFault(at, bytes);
			}
		}
		assertThat(faults).isGreaterThan(20);
		ReliabilityReport.record("The truth outlives its caches", "FaultTests.everyFileOperationOfASnapshotMayFail",
				faults + " saves, writes, renames, forces and deletions failed once (I/O error, or after 0, 1, 40 "
						+ "bytes), then gone on, closed or crashed: equal to the model");
	}

	private int fileFault(int at, int bytes) throws Exception {
		AtomicInteger operations = new AtomicInteger();
		AtomicInteger failed = new AtomicInteger();
		StoreSeams.FileFaults faults = (operation, file) -> {
			if (operation.equals("load") || operations.incrementAndGet() != at) {
				return -1;
			}
			failed.incrementAndGet();
			if (bytes >= 0 && (operation.equals("save") || operation.equals("write"))) {
				return bytes;
			}
			throw new IOException("injected: " + operation + " of " + file.getFileName());
		};
		String where = "file operation " + at + " failed after " + bytes + " bytes";
		Path path = this.directory.resolve("files" + this.stores++);
		HnswVectorStore store = StoreSeams
			.files(HnswVectorStore.builder(this.model)
				.directory(path)
				.batchingStrategy(List::of)
				.snapshotChanges(1)
				.snapshotInterval(Duration.ofMillis(1)), faults)
			.build();
		try (store) {
			for (int round = 0; round < 3; round++) {
				store.add(List.of(document("a" + round, "text " + round), document("b" + round, "more " + round)));
				if (round > 0) {
					store.delete(List.of("b" + (round - 1)));
				}
				// Stopping saves.
				store.stop();
				Path crashed = this.directory.resolve("crashed");
				CrashHarness.delete(crashed);
				CrashHarness.copy(path, crashed);
				store.start();
				Map<String, String> expected = new TreeMap<>(Map.of("b" + round, "more " + round));
				for (int i = 0; i <= round; i++) {
					expected.put("a" + i, "text " + i);
				}
				assertIs(store, expected, where);
				try (HnswVectorStore restarted = opened(crashed, PlantedBugs.NONE)) {
					assertIs(restarted, expected, where + ", crashed");
				}
			}
		}
		return failed.get();
	}

	@Test
	void aDeletedDirectoryIsToldAndSearchesGoOn() throws Exception {
		HnswVectorStore store = fresh();
		try (store) {
			List<Path> files = new ArrayList<>();
			try (var listed = Files.list(this.directory.resolve("store0"))) {
				listed.forEach(files::add);
			}
			for (Path file : files) {
				Files.delete(file);
			}
			Files.delete(this.directory.resolve("store0"));
			Throwable failure = catchThrowable(() -> store.add(List.of(document("c1", "fifth"))));
			assertThat(failure).isInstanceOfAny(StoreException.class, PartialAddException.class);
			assertThat(store.status().writable()).isFalse();
			assertThat(store.similaritySearch("first")).hasSize(4);
		}
		ReliabilityReport.record("Disk full is an error, not an accident",
				"FaultTests.aDeletedDirectoryIsToldAndSearchesGoOn",
				"directory deleted under the store: writes refused, health says so, searches go on");
	}

	/** What is changed, and what is there afterwards. */
	enum Change {

		/** New documents and a new version of one. */
		ADD((store) -> store.add(List.of(document("a3", "fifth"), document("a1", "sixth"), document("c1", "seventh"))),
				Map.of("a1", "sixth", "a2", "second", "a3", "fifth", "b1", "third", "b2", "fourth", "c1", "seventh")),

		/** By ids. */
		DELETE((store) -> store.delete(List.of("a1", "b1")), Map.of("a2", "second", "b2", "fourth")),

		/** By a filter. */
		DELETE_BY_FILTER((store) -> store.delete(new FilterExpressionBuilder().eq("group", "a").build()),
				Map.of("b1", "third", "b2", "fourth")),

		/** A group by other documents. */
		REPLACE((store) -> store.replace(new FilterExpressionBuilder().eq("group", "a").build(),
				List.of(document("a2", "second"), document("a9", "eighth"))),
				Map.of("a2", "second", "a9", "eighth", "b1", "third", "b2", "fourth")),

		/** A source: one document has another page, one is new, one has gone. */
		SYNC((store) -> store.sync("source", List.of(named("s1", "ninth", 7), named("s3", "eleventh", 8))),
				Map.of("a1", "first", "a2", "second", "b1", "third", "b2", "fourth", "s1", "ninth", "s3", "eleventh"),
				2),

		/** Metadata in place. */
		UPDATE((store) -> store.updateMetadata(new FilterExpressionBuilder().in("group", "b", "s").build(),
				MetadataChanges.set("page", 9)),
				Map.of("a1", "first", "a2", "second", "b1", "third", "b2", "fourth", "s1", "ninth", "s2", "tenth"), 4),

		/** Nothing but the file. */
		COMPACT(HnswVectorStore::compact, Map.of("a1", "first", "a2", "second", "b1", "third", "b2", "fourth"));

		private final Consumer<HnswVectorStore> work;

		private final Map<String, String> after;

		// How many documents have been given another page.
		private final long updated;

		Change(Consumer<HnswVectorStore> work, Map<String, String> after) {
			this(work, new TreeMap<>(after), 0);
			// What does not change the source.
			this.after.putAll(Map.of("s1", "ninth", "s2", "tenth"));
		}

		Change(Consumer<HnswVectorStore> work, Map<String, String> after, long updated) {
			this.work = work;
			this.after = after;
			this.updated = updated;
		}

	}

}
