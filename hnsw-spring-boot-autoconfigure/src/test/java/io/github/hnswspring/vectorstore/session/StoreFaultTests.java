package io.github.hnswspring.vectorstore.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.FaultyConnections;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.PartialAddException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;

import static io.github.hnswspring.vectorstore.StoreFixture.addDirectly;
import static io.github.hnswspring.vectorstore.StoreFixture.assertFindsEach;
import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static io.github.hnswspring.vectorstore.StoreFixture.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** A disk that fails at any step costs at most the call that met it. */
class StoreFaultTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private final FaultyConnections connections = new FaultyConnections();

	private final FaultyFiles files = new FaultyFiles();

	private HnswVectorStore store;

	private void open() {
		this.store = StoreFixture.open(this.directory, this.model,
				(builder) -> StoreSeams.faults(builder, (options) -> {
					options.connections = this.connections;
					options.files = this.files;
				}));
	}

	@AfterEach
	void close() {
		this.connections.heal();
		if (this.store != null) {
			this.store.close();
		}
	}

	@Test
	void everyStepOfAWriteMayFailOnce() {
		open();
		List<Document> kept = documents("kept", 5, new Random(1));
		this.store.add(kept);
		int failures = 0;
		for (int step = 1;; step++) {
			List<Document> batch = new ArrayList<>(documents("batch" + step + "x", 3, new Random(step)));
			batch.add(document("kept0", "changed in step " + step));
			this.connections.failOnceAtOwn(step);
			Throwable failure = catchThrowable(() -> this.store.add(batch));
			this.connections.heal();
			boolean stored = this.store.exists("batch" + step + "x0");
			assertThat(this.store.exists("batch" + step + "x2")).as("all of the batch or nothing").isEqualTo(stored);
			if (failure == null) {
				assertThat(stored).isTrue();
				assertFindsEach(this.store, this.model, batch);
				break;
			}
			failures++;
			assertThat(stored).as("step " + step).isFalse();
			assertThat(failure).isInstanceOf(PartialAddException.class)
				.rootCause()
				.hasMessageContaining("injected at step " + step);
			assertThat(this.store.get(List.of("kept0")).get(0).getText()).doesNotContain("step " + step);
			assertFindsEach(this.store, this.model, kept.subList(1, 5));
			assertThat(this.store.index().statistics().size()).isEqualTo(this.store.count());
		}
		assertThat(failures).as("steps of one batch").isGreaterThan(10);
	}

	@Test
	void aFullDiskIsReportedAndHealsByItself() {
		open();
		this.store.add(List.of(document("1", "one")));
		this.connections.failFrom(1);

		PartialAddException failure = catchThrowableOfType(PartialAddException.class,
				() -> this.store.add(List.of(document("2", "two"))));

		assertThat(failure).hasMessageContaining("Free space");
		assertThat(this.store.status().writable()).isFalse();
		assertThat(this.store.status().writeFailure()).contains("injected");
		assertThat(this.store.similaritySearch("one")).hasSize(1);
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> this.store.delete(List.of("1")));
		this.connections.heal();
		await("the probe", () -> this.store.status().writable());
		assertThat(this.store.status().writeFailure()).isNull();
		this.store.add(List.of(document("2", "two")));
		assertThat(this.store.count()).isEqualTo(2);
	}

	@Test
	void everyStepOfOpeningMayFailOnce() {
		open();
		this.store.add(List.of(document("1", "one")));
		this.store.close();
		int failures = 0;
		for (int step = 1;; step++) {
			this.connections.failOnceAtOwn(step);
			Throwable failure = catchThrowable(this::open);
			this.connections.heal();
			if (failure == null) {
				break;
			}
			failures++;
			assertThat(failure).isInstanceOf(StoreException.class);
		}
		assertThat(failures).isGreaterThan(3);
		assertThat(this.store.similaritySearch("one")).hasSize(1);
	}

	@Test
	void everyStepOfASnapshotMayFail() {
		List<Document> documents = documents("d", 30, new Random(2));
		for (String step : List.of("save", "write", "rename", "force", "delete")) {
			open();
			addDirectly(this.store, this.model, documents);
			addDirectly(this.store, this.model, List.of(document("marker", "marker " + step)));
			this.files.failing = step;
			this.store.close();
			this.files.failing = "";
			open();
			assertThat(this.store.count()).isEqualTo(31);
			assertThat(this.store.index().statistics().size()).isEqualTo(31);
			assertFindsEach(this.store, this.model, documents.subList(0, 5));
			assertFindsEach(this.store, this.model, List.of(document("marker", "marker " + step)));
			this.store.close();
		}
	}

	@Test
	void rowsTheIndexDidNotTakeAreFoundAndRolledForward() {
		this.files.brokenIndex = true;
		open();
		this.store.add(List.of(document("1", "one"), document("2", "two")));
		this.store.add(List.of(document("3", "three")));

		assertFindsEach(this.store, this.model,
				List.of(document("1", "one"), document("2", "two"), document("3", "three")));
		this.store.delete(List.of("2"));
		assertThat(this.store.similaritySearch("two")).hasSize(2);

		this.files.brokenIndex = false;
		await("the index to catch up", () -> this.store.index().statistics().size() == 2);
		assertFindsEach(this.store, this.model, List.of(document("1", "one"), document("3", "three")));
	}

	/** Twice per second for as long as it takes: what waits must not grow meanwhile. */
	@Test
	void rowsTheIndexDoesNotTakeWaitOnceEach() {
		this.files.brokenIndex = true;
		open();
		List<Document> documents = documents("d", 10, new Random(3));
		addDirectly(this.store, this.model, documents);
		StoreSession session = StoreSeams.session(this.store);
		for (int i = 0; i < 20; i++) {
			session.writer().noticeOthers();
		}
		assertThat(session.index().isBehind()).isTrue();
		assertThat(session.index().pendingKeys()).hasSize(10).doesNotHaveDuplicates();
		assertFindsEach(this.store, this.model, documents);
	}

	/** A snapshot needs a copy of all links: without the memory, not twice per second. */
	@Test
	void aSnapshotThatFindsNoMemoryIsNotTriedAgainAtOnce() throws InterruptedException {
		this.files.failing = "memory";
		this.store = StoreFixture.open(this.directory, this.model,
				(builder) -> StoreSeams.faults(builder.snapshotChanges(1), (options) -> options.files = this.files));
		this.store.add(documents("d", 5, new Random(4)));
		await("the first attempt", () -> this.files.saves.get() > 0);
		Thread.sleep(1_600);
		assertThat(this.files.saves).hasValue(1);
		assertThat(this.store.similaritySearch("x")).isNotEmpty();
	}

	/** Files of which one kind of step fails, and indexes that refuse vectors. */
	private static final class FaultyFiles implements DerivedFiles {

		volatile String failing = "";

		volatile boolean brokenIndex;

		final AtomicInteger saves = new AtomicInteger();

		private void step(String name) throws IOException {
			if (name.equals(this.failing)) {
				throw new IOException("injected at " + name);
			}
		}

		@Override
		public void saveIndex(HnswIndex index, Path file) {
			this.saves.incrementAndGet();
			if (this.failing.equals("memory")) {
				throw new OutOfMemoryError("injected");
			}
			try {
				step("save");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			DerivedFiles.super.saveIndex(index, file);
		}

		@Override
		public void write(Path file, byte[] content) throws IOException {
			step("write");
			DerivedFiles.super.write(file, content);
		}

		@Override
		public void rename(Path from, Path to) throws IOException {
			step("rename");
			DerivedFiles.super.rename(from, to);
		}

		@Override
		public void forceDirectory(Path directory) throws IOException {
			step("force");
			DerivedFiles.super.forceDirectory(directory);
		}

		@Override
		public void delete(Path file) throws IOException {
			step("delete");
			DerivedFiles.super.delete(file);
		}

		@Override
		public HnswIndex newIndex(HnswIndex index) {
			return (HnswIndex) java.lang.reflect.Proxy.newProxyInstance(HnswIndex.class.getClassLoader(),
					new Class<?>[] { HnswIndex.class }, (proxy, method, arguments) -> {
						if (this.brokenIndex && method.getName().startsWith("add")) {
							throw new IllegalStateException("injected: the index takes no vectors");
						}
						try {
							return method.invoke(index, arguments);
						}
						catch (java.lang.reflect.InvocationTargetException ex) {
							throw ex.getTargetException();
						}
					});
		}

	}

}
