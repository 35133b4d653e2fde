package io.github.hnswspring.replica;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.ReplicaRow;
import io.github.hnswspring.vectorstore.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * While a damaged replica is made anew in use, whoever asks it waits for all of it and is
 * never given what half of it says.
 */
class RefillTests {

	private static final int DOCUMENTS = 40;

	@TempDir
	Path directory;

	private final MemoryTruth truth = new MemoryTruth();

	private final CountDownLatch refilling = new CountDownLatch(1);

	private final CountDownLatch go = new CountDownLatch(1);

	private ReplicatedVectorStore store;

	private void start(Duration patience) {
		for (int i = 0; i < DOCUMENTS; i++) {
			this.truth.store(row("d" + i));
		}
		this.store = new ReplicatedVectorStore(HnswVectorStore.builder(Replicas.model()).directory(this.directory),
				this.truth, new ReplicaSettings(Duration.ofMillis(10), patience, null));
		this.store.start();
	}

	@AfterEach
	void close() {
		this.go.countDown();
		this.store.close();
	}

	@Test
	void nobodyIsGivenHalfOfTheDocuments() throws Exception {
		start(Duration.ofSeconds(60));
		DocumentStore scoped = this.store.scopedTo(Map.of("n", 1));
		AtomicBoolean done = new AtomicBoolean();
		AtomicInteger answers = new AtomicInteger();
		AtomicInteger ofAnEmptyReplica = new AtomicInteger();
		List<Runnable> questions = List.of(() -> assertThat(this.store.count()).isGreaterThanOrEqualTo(DOCUMENTS),
				() -> {
					assertThat(this.store.similaritySearch(request(DOCUMENTS))).hasSize(DOCUMENTS);
					assertThat(this.store.get(List.of("d1"))).hasSize(1);
				}, () -> assertThat(scoped.similaritySearch(request(DOCUMENTS))).hasSize(DOCUMENTS),
				() -> assertThat(scoped.exists("d0")).isTrue());
		List<CompletableFuture<Void>> readers = questions.stream().map((question) -> Concurrently.run(() -> {
			while (!done.get()) {
				boolean empty = this.refilling.getCount() == 0;
				question.run();
				if (empty && this.go.getCount() > 0) {
					ofAnEmptyReplica.incrementAndGet();
				}
				answers.incrementAndGet();
			}
		})).toList();
		damage();
		assertThat(this.refilling.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(this.store.replicaStatus().state()).isEqualTo(ReplicaStatus.State.REFILLING);
		Thread.sleep(300);
		int before = answers.get();
		this.go.countDown();
		Replicas.await("answers", () -> answers.get() > before + 8);
		done.set(true);
		for (CompletableFuture<Void> reader : readers) {
			reader.get(60, TimeUnit.SECONDS);
		}
		assertThat(ofAnEmptyReplica).as("answers of a replica that is empty").hasValue(0);
		assertThat(this.store.replicaStatus().rebuilds()).isOne();
		assertThat(this.store.exists("new")).isTrue();
		assertThat(this.store.replicaStatus().state()).isEqualTo(ReplicaStatus.State.FOLLOWING);
	}

	@Test
	void nobodyWaitsForLongerThanAChangeMayTake() throws Exception {
		start(Duration.ofMillis(200));
		DocumentStore scoped = this.store.scopedTo(Map.of("n", 1));
		damage();
		assertThat(this.refilling.await(60, TimeUnit.SECONDS)).isTrue();
		for (Runnable question : List.<Runnable>of(() -> this.store.similaritySearch(request(1)), this.store::count,
				scoped::count, () -> this.store.delete(List.of("d1")), () -> scoped.similaritySearch(request(1)))) {
			assertThatThrownBy(question::run).isInstanceOf(StoreException.class)
				.hasMessageContaining("a truth in memory is made anew")
				.hasMessageContaining("PT0.2S (hnsw.replica.write-timeout)");
		}
		this.go.countDown();
		Replicas.await("it to be filled", () -> this.store.replicaStatus().state() == ReplicaStatus.State.FOLLOWING);
		assertThat(this.store.count()).isEqualTo(DOCUMENTS + 1);
		assertThat(scoped.count()).isEqualTo(DOCUMENTS + 1);
	}

	@Test
	void nobodyWaitsForAReplicaThatIsStopped() throws Exception {
		start(Duration.ofMinutes(5));
		damage();
		assertThat(this.refilling.await(60, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<Void> reader = Concurrently.run(() -> this.store.count());
		CompletableFuture<Void> stop = Concurrently.run(this.store::stop);
		assertThatThrownBy(() -> reader.get(60, TimeUnit.SECONDS)).hasMessageContaining("stopped");
		this.go.countDown();
		stop.get(60, TimeUnit.SECONDS);
		this.store.start();
		assertThat(this.store.count()).isEqualTo(DOCUMENTS + 1);
	}

	/** Nothing can be applied any more, and filling waits for the test. */
	private void damage() throws Exception {
		try (Connection connection = DriverManager
			.getConnection("jdbc:sqlite:" + this.directory.resolve("hnsw.db") + "?busy_timeout=5000");
				Statement statement = connection.createStatement()) {
			statement
				.execute("create trigger fails before insert on document begin select raise(abort, 'damaged'); end");
		}
		holdRefill();
		this.truth.store(row("new"));
	}

	private void holdRefill() {
		this.truth.whileFollowing = () -> {
			if (this.store.replicaStatus().state() != ReplicaStatus.State.REFILLING) {
				holdRefill();
				return;
			}
			this.refilling.countDown();
			try {
				this.go.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		};
	}

	private static SearchRequest request(int topK) {
		return SearchRequest.builder().query("a text").topK(topK).similarityThresholdAll().build();
	}

	private static ReplicaRow row(String id) {
		return new ReplicaRow(id, "a text", Map.of("n", 1), Replicas.model().vector(id));
	}

}
