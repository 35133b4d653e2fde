package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What stores do that share their documents: whatever one of them does is in the truth
 * first, and the others follow it row by row.
 */
class SharedReplicaTests {

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private final MemoryTruth truth = new MemoryTruth();

	private final List<MemoryTruth.End> ends = new ArrayList<>();

	@TempDir
	Path directory;

	private SharedReplica one;

	private SharedReplica two;

	@BeforeEach
	void open() {
		this.one = replica("one");
		this.two = replica("two");
	}

	private SharedReplica replica(String name) {
		MemoryTruth.End end = this.truth.new End();
		SharedReplica store = SharedReplica.of(HnswVectorStore.builder(this.model)
			.directory(this.directory.resolve(name))
			.timeToLive(name.equals("mortal") ? Duration.ofMillis(1) : null), end);
		end.replica = store;
		this.ends.add(end);
		store.start();
		return store;
	}

	@AfterEach
	void close() {
		this.ends.forEach((end) -> end.replica.close());
	}

	private void follow() {
		this.ends.forEach(MemoryTruth.End::follow);
	}

	private static Map<Long, String> digests(SharedReplica store) {
		Map<Long, String> digests = new TreeMap<>();
		store.digests((key, digest) -> digests.put(key, HexFormat.of().formatHex(digest)));
		return digests;
	}

	private void assertInStep() {
		follow();
		Map<Long, String> expected = new TreeMap<>();
		this.truth.rows.forEach((key, row) -> expected.put(key, HexFormat.of().formatHex(row.digest())));
		for (MemoryTruth.End end : this.ends) {
			assertThat(digests(end.replica)).isEqualTo(expected);
			assertThat(end.replica.count()).isEqualTo(expected.size());
			assertThat(end.broken).isFalse();
		}
	}

	@Test
	void whatOneAddsTheOtherFinds() {
		this.one.add(List.of(new Document("a", "a river", Map.of("n", 1)), new Document("b", "a hill", Map.of())));
		assertInStep();
		assertThat(this.two.similaritySearch(SearchRequest.builder().query("a river").topK(1).build()))
			.extracting(Document::getId)
			.containsExactly("a");
		assertThat(this.two.count(HnswSearchRequest.parseFilter("n == 1"))).isEqualTo(1);
		assertThat(this.two
			.search(HnswSearchRequest.of(SearchRequest.builder().query("hill").build()).withMode(SearchMode.TEXT), null)
			.documents()).extracting(Document::getId).containsExactly("b");
	}

	@Test
	void whatTheTruthRefusesIsNotDone() {
		this.one.add(List.of(new Document("a", "a river", Map.of())));
		this.truth.before = () -> {
			throw new StoreException("The truth is away", null);
		};
		assertThatThrownBy(() -> this.one.add(List.of(new Document("b", "a hill", Map.of()))))
			.isInstanceOf(PartialAddException.class)
			.hasMessageContaining("The truth is away");
		assertThatThrownBy(() -> this.one.delete(List.of("a"))).hasMessageContaining("The truth is away");
		assertThatThrownBy(() -> this.one.updateMetadata(List.of("a"), MetadataChanges.set("n", 1)))
			.hasMessageContaining("The truth is away");
		this.truth.before = () -> {
		};
		assertInStep();
		assertThat(this.one.count()).isOne();
		int embedded = this.model.calls();
		this.one.add(List.of(new Document("b", "a hill", Map.of())));
		assertThat(this.model.calls()).as("what was paid for is kept").isEqualTo(embedded);
	}

	@Test
	void eachOperationIsForAll() {
		this.one.sync(SyncRequest.of("file",
				List.of(new Document("a", "a river", Map.of("n", 1)), new Document("b", "a hill", Map.of("n", 2)))));
		assertInStep();
		assertThat(this.two.sources()).isEqualTo(Map.of("file", 2L));
		this.two.sync(SyncRequest.of("file", List.of(new Document("b", "a hill", Map.of("n", 3)))));
		assertInStep();
		assertThat(this.one.sources()).isEqualTo(Map.of("file", 1L));
		UpdateResult updated = this.two.updateMetadata(HnswSearchRequest.parseFilter("n == 3"),
				MetadataChanges.set("m", "x"));
		assertThat(updated.changed()).as("%s", updated).isOne();
		assertInStep();
		this.two.scopedTo(Map.of("tenant", "t")).add(List.of(new Document("b", "a lake", Map.of())));
		assertInStep();
		assertThat(this.one.scopedTo(Map.of("tenant", "t")).get(List.of("b"))).extracting(Document::getText)
			.containsExactly("a lake");
		this.one.replace(HnswSearchRequest.parseFilter("m == 'x'"),
				List.of(new Document("c", "a sea", Map.of(StoreMetadata.EXPIRES_AT, Instant.now().plusSeconds(600)))));
		assertInStep();
		this.two.delete("tenant == 't'");
		assertInStep();
		assertThat(this.two.list(null, DocumentPageRequest.first(10)).documents()).extracting(Document::getId)
			.containsExactly("c");
		this.two.delete(List.of("c"));
		assertInStep();
		assertThat(this.truth.rows).isEmpty();
	}

	@Test
	void whatIsOnlyAdoptedByASourceIsShared() {
		this.one.add(List.of(new Document("a", "a river", Map.of())));
		this.one.sync(SyncRequest.of("file", List.of(new Document("a", "a river", Map.of()))));
		assertInStep();
		assertThat(this.two.sources()).isEqualTo(Map.of("file", 1L));
	}

	@Test
	void nothingIsSharedThatHasNotChanged() {
		List<Document> documents = List.of(new Document("a", "a river", Map.of()));
		this.one.add(documents);
		int changes = this.truth.changes.size();
		this.two.add(documents);
		this.two.delete(List.of("unknown"));
		assertThat(this.truth.changes).hasSize(changes);
	}

	@Test
	void endsAreForAll() throws InterruptedException {
		SharedReplica mortal = replica("mortal");
		mortal.add(List.of(new Document("a", "a river", Map.of())));
		this.one.add(List.of(new Document("b", "a hill", Map.of())));
		Thread.sleep(5);
		follow();
		assertThat(this.two.count()).isOne();
		StoreFixture.await("the removal", () -> this.truth.rows.size() == 1);
		assertInStep();
	}

	/**
	 * The removal uses the store as its users do: were it kept out while the one who
	 * closes it waits for it, that would take a minute.
	 */
	@Test
	void closingDoesNotWaitForARemovalThatWaitsForIt() throws Exception {
		SharedReplica mortal = replica("mortal");
		CountDownLatch removing = new CountDownLatch(1);
		CountDownLatch closing = new CountDownLatch(1);
		this.truth.during = () -> {
			if (!this.truth.rows.isEmpty()) {
				removing.countDown();
				try {
					closing.await(60, TimeUnit.SECONDS);
					// As whoever shares documents by a database does.
					mortal.alone(Duration.ofSeconds(5), () -> {
					});
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
		};
		mortal.add(List.of(new Document("a", "a river", Map.of())));
		assertThat(removing.await(60, TimeUnit.SECONDS)).isTrue();
		Thread closes = new Thread(mortal::close, "closes");
		closes.start();
		while (closes.getState() != Thread.State.WAITING && closes.getState() != Thread.State.TIMED_WAITING) {
			Thread.sleep(1);
		}
		closing.countDown();
		closes.join(Duration.ofSeconds(50).toMillis());
		assertThat(closes.isAlive()).as("fifty seconds later").isFalse();
		assertThat(this.truth.rows).isEmpty();
	}

	@Test
	void whatHasEndedIsGoneAlthoughTheTruthIsAway() throws InterruptedException {
		SharedReplica mortal = replica("mortal");
		CountDownLatch asked = new CountDownLatch(2);
		this.truth.before = () -> {
			asked.countDown();
			// From the second change on, which is the removal.
			if (asked.getCount() == 0) {
				throw new StoreException("The truth is away", null);
			}
		};
		mortal.add(List.of(new Document("a", "a river", Map.of())));
		assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(mortal.count()).isZero();
		assertThat(this.truth.rows).hasSize(1);
		assertThat(mortal.status().writeFailure()).isNull();
	}

	@Test
	void nobodyElseWritesWhileOneIsAlone() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch done = new CountDownLatch(1);
		CompletableFuture<Void> other = Concurrently.run(() -> this.one.alone(Duration.ofSeconds(5), () -> {
			inside.countDown();
			try {
				done.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}));
		inside.await();
		assertThatThrownBy(() -> this.one.alone(Duration.ofMillis(20), () -> {
		})).isInstanceOf(StoreException.class).hasMessageContaining("try again");
		done.countDown();
		other.get(60, TimeUnit.SECONDS);
		this.one.alone(Duration.ofMillis(20), () -> this.one.add(List.of(new Document("a", "a river", Map.of()))));
		assertInStep();
	}

	@Test
	void keysAreNeverGivenTwice() {
		this.one.add(List.of(new Document("a", "a river", Map.of())));
		this.one.delete(List.of("a"));
		this.two.add(List.of(new Document("b", "a hill", Map.of())));
		assertThat(this.truth.rows).containsOnlyKeys(2L);
		assertInStep();
	}

	@Test
	void aKeyThatIsAnotherDocumentNowIsFollowed() {
		this.one.add(List.of(new Document("a", "a river", Map.of("n", 1))));
		StoredRow former = this.truth.rows.get(1L);
		StoredRow other = new StoredRow(1, "z", "{\"n\":2}", "a tall hill", null, this.model.vector("a tall hill"),
				"file", null);
		StoredRow moved = new StoredRow(2, "a", former.metadata(), former.text(), former.contentHash(), former.vector(),
				null, null);
		this.one.apply(new StoredChange(List.of(moved, other), List.of(), 2, 64, null), "9");
		assertThat(this.one.similaritySearch(SearchRequest.builder().query("a tall hill").topK(1).build()))
			.extracting(Document::getId)
			.containsExactly("z");
		assertThat(this.one.similaritySearch(SearchRequest.builder().query("a river").topK(1).build()))
			.extracting(Document::getId)
			.containsExactly("a");
		assertThat(this.one.count()).isEqualTo(2);
		assertThat(this.one.index().size()).isEqualTo(2);
		assertThat(this.one.position()).isEqualTo("9");
	}

	@Test
	void whatFailsHereAfterAllHaveItIsNoFailure() {
		this.truth.after = () -> {
			throw new IllegalStateException("The disk is full");
		};
		this.one.add(List.of(new Document("a", "a river", Map.of())));
		this.truth.after = () -> {
		};
		assertThat(this.ends.get(0).broken).isTrue();
		this.ends.get(0).broken = false;
		assertInStep();
	}

	@Test
	void aTextIsEmbeddedOnceForAll() {
		List<String> texts = IntStream.range(0, 60).mapToObj((i) -> "text number " + i).toList();
		CompletableFuture<Void> other = Concurrently.run(() -> addAll(this.two, "y", texts));
		addAll(this.one, "x", texts);
		other.join();
		assertInStep();
		assertThat(this.truth.rows).hasSize(120);
		assertThat(this.model.timesEmbedded().values()).hasSize(60).containsOnly(1);
		assertThat(this.truth.claimed).isEmpty();
	}

	private static void addAll(SharedReplica store, String prefix, List<String> texts) {
		for (int i = 0; i < texts.size(); i += 6) {
			List<Document> documents = new ArrayList<>();
			for (int j = i; j < i + 6; j++) {
				documents.add(new Document(prefix + j, texts.get(j), Map.of()));
			}
			store.add(documents);
		}
	}

	@Test
	void documentsWithoutAnEmbeddingGetOneForAll() throws InterruptedException {
		try (HnswVectorStore source = HnswVectorStore.builder(this.model)
			.directory(this.directory.resolve("source"))
			.build()) {
			source.start();
			source.add(List.of(new Document("a", "a river", Map.of("n", 1))));
			source.exportTo(this.directory.resolve("export"));
		}
		this.one.importFrom(this.directory.resolve("export"));
		assertInStep();
		assertThat(this.two.get(List.of("a"))).extracting(Document::getText).containsExactly("a river");
	}

	@Test
	void whatIsDoneAtRandomIsTheSameForAll() {
		long seed = System.nanoTime();
		System.out.println("Seed of random changes of shared stores: " + seed);
		Random random = new Random(seed);
		for (int i = 0; i < 150; i++) {
			change((random.nextBoolean()) ? this.one : this.two, random);
		}
		assertInStep();
	}

	private static void change(SharedReplica store, Random random) {
		String id = "d" + random.nextInt(12);
		Document document = new Document(id, "text " + random.nextInt(20), Map.of("n", random.nextInt(4)));
		switch (random.nextInt(8)) {
			case 0, 1 -> store.add(List.of(document));
			case 2 -> store.delete(List.of(id));
			case 3 -> store.replace(HnswSearchRequest.parseFilter("n == " + random.nextInt(4)), List.of(document));
			case 4 -> store.sync(SyncRequest.of("s" + random.nextInt(2), List.of(document)).withMaxRemoved(1));
			case 5 -> store.updateMetadata(HnswSearchRequest.parseFilter("n == " + random.nextInt(4)),
					MetadataChanges.set("m", random.nextInt(3)));
			case 6 -> store.scopedTo(Map.of("tenant", random.nextInt(2))).add(List.of(document));
			default -> store.delete("n == " + random.nextInt(4));
		}
	}

}
