package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.fixtures.Walks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static io.github.hnswspring.vectorstore.StoreFixture.addDirectly;
import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.document;
import static io.github.hnswspring.vectorstore.StoreFixture.documents;
import static org.assertj.core.api.Assertions.assertThat;

/** What searches see while others write. */
@Walks
class StoreConcurrencyTests {

	private static final int DOCUMENTS = 40;

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean stop = new AtomicBoolean();

	private final List<Thread> threads = new ArrayList<>();

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.model,
				(builder) -> builder.snapshotChanges(50).snapshotInterval(Duration.ofMillis(300)));
	}

	@AfterEach
	void close() throws InterruptedException {
		finish();
		this.store.close();
	}

	private void run(Task task) {
		Thread thread = new Thread(() -> {
			try {
				while (!this.stop.get()) {
					task.run();
				}
			}
			catch (Throwable ex) {
				this.failures.add(ex);
				this.stop.set(true);
			}
		});
		this.threads.add(thread);
		thread.start();
	}

	private void finish() throws InterruptedException {
		this.stop.set(true);
		for (Thread thread : this.threads) {
			thread.join(60_000);
			assertThat(thread.isAlive()).as("thread " + thread).isFalse();
		}
		this.threads.clear();
	}

	/**
	 * Metadata of all documents changes all the time, in place. Whatever a search finds
	 * must be what its filter asks for, in every mode.
	 */
	@Test
	void aSearchFindsNothingThatItsFilterDoesNotMatch() throws Exception {
		long seed = System.nanoTime();
		for (int i = 0; i < DOCUMENTS; i++) {
			this.store.add(List.of(document("d" + i, "slot" + i + " common words", "state", i % 3, "page", i)));
		}
		AtomicLong searches = new AtomicLong();
		AtomicLong changes = new AtomicLong();
		for (int writer = 0; writer < 2; writer++) {
			Random random = new Random(seed + writer);
			boolean byFilter = writer > 0;
			run(() -> {
				MetadataChanges change = MetadataChanges.set("state", random.nextInt(3));
				if (byFilter) {
					this.store.updateMetadata(HnswSearchRequest.parseFilter("page < " + random.nextInt(DOCUMENTS)),
							change);
				}
				else {
					this.store.updateMetadata(List.of("d" + random.nextInt(DOCUMENTS)), change);
				}
				changes.incrementAndGet();
			});
		}
		for (int reader = 0; reader < 3; reader++) {
			Random random = new Random(seed + 100 + reader);
			SearchMode mode = SearchMode.values()[reader];
			run(() -> {
				int state = random.nextInt(3);
				HnswSearchRequest request = HnswSearchRequest
					.of(SearchRequest.builder()
						.query("slot" + random.nextInt(DOCUMENTS) + " common")
						.topK(DOCUMENTS)
						.filterExpression("state == " + state)
						.build())
					.withMode(mode);
				assertThat(this.store.similaritySearch(request)).as("seed " + seed + ", " + mode)
					.extracting((hit) -> hit.getMetadata().get("state"))
					.allMatch((found) -> found.equals(state));
				searches.incrementAndGet();
			});
		}
		await("searches beside changes", () -> (searches.get() > 400 && changes.get() > 100) || this.stop.get());
		finish();
		assertThat(this.failures).isEmpty();
		assertThat(this.store.index().audit().isSound()).isTrue();
	}

	/** Read, change, write: what two callers do to one document is both there. */
	@Test
	void changesOfOneDocumentAreNotLost() throws Exception {
		this.store.add(List.of(document("a", "river")));
		for (int writer = 0; writer < 3; writer++) {
			int number = writer;
			AtomicLong count = new AtomicLong();
			run(() -> {
				long next = count.incrementAndGet();
				this.store.updateMetadata(List.of("a"), MetadataChanges.set("w" + number, next));
				assertThat(this.store.get(List.of("a")).get(0).getMetadata()).containsEntry("w" + number, next);
				if (next == 40) {
					this.stop.set(true);
				}
			});
		}
		await("forty changes", this.stop::get);
		finish();
		assertThat(this.failures).isEmpty();
	}

	/**
	 * Every document is updated all the time. A search for one id must see exactly one
	 * version, and none older than the last acknowledged before the search began.
	 */
	@Test
	void aSearchSeesTheOldOrTheNewVersionNeverBothOrNeither() throws Exception {
		long seed = System.nanoTime();
		AtomicIntegerArray acknowledged = new AtomicIntegerArray(DOCUMENTS);
		for (int i = 0; i < DOCUMENTS; i++) {
			addDirectly(this.store, this.model, List.of(version(i, 0)));
		}
		AtomicLong searches = new AtomicLong();
		for (int writer = 0; writer < 2; writer++) {
			int parity = writer;
			Random random = new Random(seed + writer);
			run(() -> {
				int i = random.nextInt(DOCUMENTS / 2) * 2 + parity;
				int next = acknowledged.get(i) + 1;
				addDirectly(this.store, this.model, List.of(version(i, next)));
				acknowledged.set(i, next);
			});
		}
		for (int reader = 0; reader < 3; reader++) {
			Random random = new Random(seed + 100 + reader);
			boolean filtered = reader > 0;
			run(() -> {
				int i = random.nextInt(DOCUMENTS);
				int before = acknowledged.get(i);
				SearchRequest.Builder request = SearchRequest.builder().topK(DOCUMENTS);
				if (filtered) {
					request.filterExpression("slot == " + i);
				}
				List<Document> found = this.store.similaritySearch(this.model.vector("slot"), request.build());
				if (!filtered) {
					assertThat(found).as("seed " + seed)
						.extracting(Document::getId)
						.doesNotHaveDuplicates()
						.hasSize(DOCUMENTS);
				}
				List<Document> versions = found.stream().filter((hit) -> hit.getId().equals("d" + i)).toList();
				assertThat(versions).as("versions of d" + i + ", seed " + seed).hasSize(1);
				assertThat((int) versions.get(0).getMetadata().get("version")).as("seed " + seed)
					.isGreaterThanOrEqualTo(before);
				searches.incrementAndGet();
			});
		}
		Thread.sleep(4_000);
		finish();

		assertThat(this.failures).isEmpty();
		long updates = 0;
		for (int i = 0; i < DOCUMENTS; i++) {
			updates += acknowledged.get(i);
		}
		System.out.println("seed " + seed + ": " + updates + " updates, " + searches + " searches");
		assertThat(this.store.count()).isEqualTo(DOCUMENTS);
		assertThat(this.store.index().statistics().size()).isEqualTo(DOCUMENTS);
		assertThat(this.store.index().audit().isSound()).isTrue();
	}

	private static Document version(int i, int version) {
		return document("d" + i, "slot " + i + " version " + version, "slot", i, "version", version);
	}

	@Test
	void addsDeletesSearchesAndStopsMix() throws Exception {
		long seed = System.nanoTime();
		for (int writer = 0; writer < 3; writer++) {
			int number = writer;
			Random random = new Random(seed + writer);
			run(() -> {
				List<Document> documents = documents("w" + number + "-" + random.nextInt(5) + "-", 20, random);
				try {
					this.store.add(documents);
					this.store.delete(documents.subList(0, 10).stream().map(Document::getId).toList());
				}
				catch (StoreClosedException ex) {
					// Stopped for a moment.
				}
				catch (PartialAddException ex) {
					assertThat(ex).hasCauseInstanceOf(StoreClosedException.class);
				}
			});
		}
		run(() -> {
			try {
				this.store.similaritySearch(this.model.vector("river garden"),
						SearchRequest.builder().topK(20).filterExpression("even == true").build());
			}
			catch (StoreClosedException ex) {
				// Stopped for a moment.
			}
		});
		for (int restart = 0; restart < 4; restart++) {
			Thread.sleep(400);
			this.store.stop();
			this.store.start();
		}
		Thread.sleep(400);
		finish();

		assertThat(this.failures).as("seed " + seed).isEmpty();
		await("the index", () -> this.store.status().indexState() == IndexState.READY);
		assertThat(this.store.index().statistics().size()).isEqualTo((int) this.store.count());
		assertThat(this.store.index().audit().isSound()).isTrue();
		assertThat(this.store.list(null, DocumentPageRequest.first(1_000)).documents())
			.hasSize((int) this.store.count());
	}

	/** Something done over and over. */
	@FunctionalInterface
	private interface Task {

		void run() throws Exception;

	}

}
