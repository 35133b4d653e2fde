package io.github.hnswspring.replica.postgres;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.ReplicaStatus;
import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.TruthUnavailableException;
import io.github.hnswspring.replica.autoconfigure.ReplicaEndpoint;
import io.github.hnswspring.replica.autoconfigure.ReplicaHealth;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchPage;
import io.github.hnswspring.vectorstore.StoreClosedException;
import io.github.hnswspring.vectorstore.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A new instance of a very large store answers from vectors before it has the documents,
 * and what it answers is what it would if it had them.
 */
class VectorsFirstTests extends SharedTestSupport {

	private static final int DOCUMENTS = 60;

	private static final Duration IMPATIENCE = Duration.ofMillis(200);

	private final List<HeldCopy> copies = new ArrayList<>();

	private final List<ReplicatedVectorStore> copying = new ArrayList<>();

	@AfterEach
	void closeCopies() {
		this.copies.forEach(HeldCopy::release);
		this.copying.forEach(ReplicatedVectorStore::close);
	}

	private HeldCopy held() {
		HeldCopy copy = new HeldCopy(new PostgresTruth(this.faulty,
				new PostgresSettings("default", null, true, Duration.ofDays(1), Replicas.PATIENCE)));
		this.copies.add(copy);
		return copy;
	}

	private ReplicatedVectorStore started(String name, HeldCopy copy, Metric metric, Duration patience) {
		return started(name, copy, metric, new ReplicaSettings(Duration.ofHours(1), patience, null));
	}

	private ReplicatedVectorStore started(String name, HeldCopy copy, Metric metric, ReplicaSettings settings) {
		ReplicatedVectorStore store = described(name, copy, metric, settings.withVectorsFirst(true));
		store.start();
		return store;
	}

	private ReplicatedVectorStore described(String name, HeldCopy copy, Metric metric, ReplicaSettings settings) {
		ReplicatedVectorStore store = new ReplicatedVectorStore(
				HnswVectorStore.builder(this.model).directory(this.directory.resolve(name)).metric(metric),
				copy.truth(), settings);
		this.copying.add(store);
		Replicas.answersMeanwhileBeyond(store, DOCUMENTS / 2);
		return store;
	}

	private ReplicatedVectorStore filled() {
		ReplicatedVectorStore one = started("one");
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < DOCUMENTS; i++) {
			documents.add(document("d" + i, "river" + i + " lake" + i % 7, i));
		}
		one.add(documents);
		return one;
	}

	private static void awaitAll(ReplicatedVectorStore store) {
		Replicas.await("all documents", () -> store.replicaStatus().state() == ReplicaStatus.State.FOLLOWING);
	}

	private static HnswSearchRequest request(String query, int topK) {
		return HnswSearchRequest.of(SearchRequest.builder().query(query).topK(topK).similarityThresholdAll().build());
	}

	@ParameterizedTest
	@EnumSource(Metric.class)
	void answersAreToTheLastBitThoseOfTheDocumentsThatArrive(Metric metric) throws Exception {
		Random random = new Random(7);
		try (ReplicatedVectorStore one = Replicas.shared(this.model, this.faulty, Replicas.shared(), Replicas.idle(),
				this.directory.resolve("one"), (builder) -> builder.metric(metric))) {
			one.start();
			List<Document> documents = new ArrayList<>();
			List<float[]> vectors = new ArrayList<>();
			for (int i = 0; i < DOCUMENTS; i++) {
				documents.add(document("d" + i, "text " + i, i));
				vectors.add(vector(random));
			}
			one.add(documents, vectors);
		}
		HeldCopy copy = held();
		ReplicatedVectorStore two = started("two", copy, metric, Replicas.PATIENCE);
		List<HnswSearchRequest> requests = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			// Few different vectors, so that many distances are equal.
			HnswSearchRequest request = request("text", 1 + i * 9).withVector(vector(random));
			requests.add(request);
			List<Document> near = two.similaritySearch(request);
			Double some = near.get(near.size() / 2).getScore();
			requests.add(request.withSimilarityThreshold(Math.min(1, Math.max(0, some))));
		}
		requests.add(request("text 3", 5));
		List<List<Document>> before = requests.stream().map(two::similaritySearch).toList();
		SearchPage first = two.search(requests.get(4), null);
		SearchPage second = two.search(requests.get(4), first.next());
		assertThat(two.replicaStatus().state()).isEqualTo(ReplicaStatus.State.ANSWERING_MEANWHILE);
		copy.release();
		awaitAll(two);
		for (int i = 0; i < before.size(); i++) {
			assertThat(answers(before.get(i)))
				.isEqualTo(answers(two.similaritySearch(requests.get(i).withExactSearch())));
		}
		assertThat(before.get(0)).hasSize(1);
		SearchPage again = two.search(requests.get(4), first.next());
		assertThat(answers(again.documents())).isEqualTo(answers(second.documents())).isNotEmpty();
		assertThat(again.next()).isEqualTo(second.next());
	}

	private static float[] vector(Random random) {
		float[] vector = new float[Replicas.DIMENSIONS];
		// Short ones, so that dot products can be thresholds, too.
		vector[0] = 0.1f + random.nextInt(2) / 10f;
		vector[1] = random.nextInt(3) / 10f;
		vector[2] = random.nextInt(2) / 3f;
		return vector;
	}

	private static List<String> answers(List<Document> documents) {
		return documents.stream()
			.map((each) -> each.getId() + " " + each.getScore() + " " + each.getText() + " " + each.getMetadata())
			.toList();
	}

	@Test
	void whatOthersChangeIsSeenAtOnceAndNeverAgainAsItWasBefore() throws Exception {
		ReplicatedVectorStore one = filled();
		HeldCopy copy = held();
		ReplicatedVectorStore two = started("two", copy, Metric.COSINE, Replicas.PATIENCE);
		copy.await();
		assertSame(one, two);
		one.delete(List.of("d5", "d6"));
		assertSame(one, two);
		one.add(List.of(document("d7", "a tiger", 7), document("new", "a tiger in the lake", 8)));
		assertSame(one, two);
		one.updateMetadata(List.of("d9"), MetadataChanges.set("n", 900));
		assertSame(one, two);
		one.delete(List.of("new"));
		one.add(List.of(document("d7", "a lion", 7), document("newer", "a tiger", 8)));
		assertSame(one, two);
		assertThat(two.get(List.of("newer", "d5", "d9", "nothing\0", "d9"))).extracting(Document::getId)
			.containsExactly("newer", "d9");
		assertThat(two.exists("d5")).isFalse();
		assertThat(two.exists("d8")).isTrue();
		// Own changes come when there is something to change.
		CompletableFuture<Void> own = Concurrently.run(() -> {
			two.delete(List.of("d8"));
			two.add(List.of(document("own", "a tiger", 9)));
		});
		assertThat(two.exists("own")).isFalse();
		copy.release();
		while (two.replicaStatus().state() != ReplicaStatus.State.FOLLOWING) {
			assertThat(two.exists("newer")).isTrue();
			assertThat(two.exists("d5")).isFalse();
		}
		assertThat(two.exists("newer")).isTrue();
		assertThat(two.exists("d5")).isFalse();
		own.get(60, TimeUnit.SECONDS);
		assertInStep(one, two);
		assertThat(one.exists("d8")).isFalse();
		assertThat(two.exists("own")).isTrue();
	}

	private void assertSame(ReplicatedVectorStore one, ReplicatedVectorStore two) {
		assertThat(two.replicaStatus().state()).isEqualTo(ReplicaStatus.State.ANSWERING_MEANWHILE);
		for (String query : List.of("a tiger", "river5 lake5", "lake6", "river9 lake2")) {
			for (int topK : new int[] { 3, 2 * DOCUMENTS }) {
				assertThat(answers(two.similaritySearch(request(query, topK))))
					.isEqualTo(answers(one.similaritySearch(request(query, topK).withExactSearch())));
			}
		}
	}

	@Test
	void allElseWaitsAndIsToldHowFarTheCopyIs() throws Exception {
		ReplicatedVectorStore one = filled();
		HeldCopy copy = held();
		ReplicatedVectorStore two = started("two", copy, Metric.COSINE, IMPATIENCE);
		copy.await();
		for (Runnable question : List.<Runnable>of(
				() -> two.similaritySearch(request("lake3", 3).withFilterExpression("n == 3")),
				() -> two.similaritySearch(request("lake3", 3).withMode(SearchMode.HYBRID)),
				() -> two.similaritySearch(request("lake3", 3).withGroupBy("n", 1)),
				() -> two.similaritySearch(request("lake3", 3).withDiversity(0.5)),
				() -> two.explain(request("lake3", 3), "d3"), two::count,
				() -> two.add(List.of(document("own", "a tiger", 1))), () -> two.delete(List.of("d1")), two::position,
				() -> two.scopedTo(Map.of("n", 3)).similaritySearch(request("lake3", 3)))) {
			assertThatThrownBy(question::run).isInstanceOf(StoreException.class)
				.hasMessageContaining("has 0 of " + DOCUMENTS + " documents")
				.hasMessageContaining("PT0.2S (hnsw.replica.write-timeout)");
		}
		ReplicaEndpoint.ReplicaDescriptor replica = new ReplicaEndpoint(two).replica();
		assertThat(replica.state()).isEqualTo("answering-meanwhile");
		assertThat(replica.copy()).isEqualTo(new ReplicaStatus.Copy(0, DOCUMENTS));
		assertThat(ReplicaHealth.of(two).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		assertThat(ReplicaHealth.of(two).getDetails()).containsEntry("copied", "0 of " + DOCUMENTS);
		copy.release();
		awaitAll(two);
		assertThat(two.replicaStatus().copy()).isNull();
		assertThat(ReplicaHealth.of(two).getStatus()).isEqualTo(Status.UP);
		assertThat(two.similaritySearch(request("lake3", 3).withFilterExpression("n == 3"))).hasSize(1);
		assertThat(two.exists("d1")).isTrue();
		assertInStep(one, two);
	}

	@Test
	void itEndsAlthoughOthersAskAndWriteAllTheTime() throws Exception {
		ReplicatedVectorStore one = filled();
		HeldCopy copy = held();
		ReplicatedVectorStore two = started("two", copy, Metric.COSINE, Replicas.PATIENCE);
		copy.await();
		// Others write something while one question is answered after the other.
		copy.slow(100);
		AtomicBoolean over = new AtomicBoolean();
		List<CompletableFuture<Void>> busy = new ArrayList<>();
		busy.add(Concurrently.run(() -> {
			for (int i = 0; !over.get(); i++) {
				one.add(List.of(document("w" + i % 5, "lake" + i, i)));
			}
		}));
		for (int i = 0; i < 4; i++) {
			busy.add(Concurrently.run(() -> {
				while (!over.get()) {
					assertThat(two.similaritySearch(request("lake3", 5))).hasSize(5);
				}
			}));
		}
		try {
			copy.release();
			awaitAll(two);
		}
		finally {
			over.set(true);
		}
		for (CompletableFuture<Void> each : busy) {
			each.get(60, TimeUnit.SECONDS);
		}
		assertInStep(one, two);
	}

	@Test
	void whatHasEndedIsLeftOutBeforeRowsAreFetched() throws Exception {
		ReplicatedVectorStore one = filled();
		List<Document> ended = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			ended.add(document("ended" + i, "lake3", i));
		}
		one.add(ended);
		this.database.execute("update hnsw.document set expires = 1000 where id like 'ended%'");
		HeldCopy copy = held();
		ReplicatedVectorStore two = started("two", copy, Metric.COSINE, Replicas.PATIENCE);
		copy.await();
		assertThat(two.similaritySearch(request("lake3", 5))).hasSize(5)
			.noneMatch((each) -> each.getId().startsWith("ended"));
		assertThat(copy.reads()).isOne();
		assertThat(copy.rowsAskedFor()).isEqualTo(5);
		assertThat(two.exists("ended3")).isFalse();
	}

	@Test
	void withoutBeingAskedToItWaitsForAllDocuments() {
		ReplicatedVectorStore one = filled();
		HeldCopy copy = held();
		copy.onlyIf(() -> false);
		ReplicatedVectorStore two = described("two", copy, Metric.COSINE, Replicas.idle());
		two.start();
		assertThat(two.count()).isEqualTo(DOCUMENTS);
		assertThat(two.replicaStatus().state()).isEqualTo(ReplicaStatus.State.FOLLOWING);
		assertInStep(one, two);
	}

	@Test
	void whatFailsOnceDoesNotEndItAndWhatFailsAgainDoes() throws Exception {
		ReplicatedVectorStore one = filled();
		ReplicatedVectorStore two = failing();
		assertSame(one, two);
		assertThatThrownBy(() -> Replicas.look(two)).hasMessageContaining("refused");
		assertThat(two.replicaStatus().state()).isEqualTo(ReplicaStatus.State.REFILLING);
		assertThatThrownBy(two::count).isInstanceOf(StoreException.class)
			.hasMessageContaining("has 0 of " + DOCUMENTS + " documents, and was not filled within");
		local("drop trigger refuses");
		Replicas.look(two);
		awaitAll(two);
		assertInStep(one, two);
		awaitNothingLeft();
	}

	@Test
	void aReplicaIsMadeAnewWhileVectorsAnswer() throws Exception {
		ReplicatedVectorStore one = filled();
		ReplicatedVectorStore two = failing();
		assertSame(one, two);
		this.database.execute("delete from hnsw.document");
		this.database.execute("update hnsw.store set dimensions = dimensions + 1");
		Replicas.look(two);
		assertThat(two.replicaStatus().rebuilds()).isOne();
		assertThat(two.replicaStatus().state()).isEqualTo(ReplicaStatus.State.FOLLOWING);
		assertThat(two.count()).isZero();
		awaitNothingLeft();
	}

	/** Answers from vectors, and has failed once to apply documents. */
	private ReplicatedVectorStore failing() throws Exception {
		HeldCopy copy = held();
		ReplicatedVectorStore two = started("two", copy, Metric.COSINE, Duration.ofSeconds(2));
		copy.await();
		local("create trigger refuses before insert on document begin select raise(abort, 'refused'); end");
		copy.release();
		Replicas.await("a failure", () -> two.replicaStatus().failure() != null);
		return two;
	}

	private void local(String sql) throws SQLException {
		try (Connection connection = DriverManager
			.getConnection("jdbc:sqlite:" + this.directory.resolve("two/hnsw.db") + "?busy_timeout=5000");
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	@Test
	void whenItIsStoppedNothingIsLeftAndItCanBeStartedAgain() throws Exception {
		ReplicatedVectorStore one = filled();
		HeldCopy copy = held();
		ReplicatedVectorStore two = started("two", copy, Metric.COSINE, IMPATIENCE);
		copy.await();
		CompletableFuture<Void> stop = Concurrently.run(two::stop);
		Replicas.await("being stopped", () -> isStopped(two));
		copy.release();
		stop.get(60, TimeUnit.SECONDS);
		awaitNothingLeft();
		two.start();
		awaitAll(two);
		assertInStep(one, two);
	}

	private static boolean isStopped(ReplicatedVectorStore store) {
		try {
			store.count();
			return false;
		}
		catch (StoreClosedException ex) {
			return true;
		}
		catch (StoreException ex) {
			return false;
		}
	}

	/** Neither threads nor, where the system tells, open files. */
	private static void awaitNothingLeft() throws IOException {
		Replicas.await("the end of threads",
				() -> Thread.getAllStackTraces()
					.keySet()
					.stream()
					.noneMatch((each) -> each.getName().equals("hnsw-replica-vectors")));
		Path open = Path.of("/proc/self/fd");
		if (Files.isDirectory(open)) {
			try (DirectoryStream<Path> files = Files.newDirectoryStream(open, Files::isSymbolicLink)) {
				for (Path file : files) {
					assertThat(target(file)).doesNotContain("vectors-before-rows");
				}
			}
		}
	}

	/** What was closed meanwhile leads nowhere. */
	private static String target(Path link) {
		try {
			return Files.readSymbolicLink(link).toString();
		}
		catch (IOException ex) {
			return "";
		}
	}

	@Test
	void whatAKilledProcessLeavesBehindIsNotBelieved() throws Exception {
		ReplicatedVectorStore one = filled();
		ReplicatedVectorStore two = started("two", held(), Metric.COSINE, Replicas.PATIENCE);
		this.copies.get(0).await();
		Path killed = killed("two");
		Path left = killed.resolve("vectors-before-rows.tmp");
		Files.write(left, new byte[DOCUMENTS * Replicas.DIMENSIONS * Float.BYTES]);
		one.delete(List.of("d3"));
		HeldCopy copy = held();
		ReplicatedVectorStore three = started("killed", copy, Metric.COSINE, Replicas.PATIENCE);
		assertSame(one, three);
		copy.release();
		awaitAll(three);
		assertThat(left).doesNotExist();
		this.copies.get(0).release();
		awaitAll(two);
		assertInStep(one, two, three);
	}

	@Test
	void whatWasCutOffBeforeItHadADocumentFollowsAnotherModel() throws Exception {
		ReplicatedVectorStore one = filled();
		ReplicatedVectorStore two = started("two", held(), Metric.COSINE, Replicas.PATIENCE);
		this.copies.get(0).await();
		Path killed = killed("two");
		one.close();
		this.copies.get(0).release();
		two.close();
		this.database.execute("delete from hnsw.document", "delete from hnsw.change", "delete from hnsw.store");
		TestEmbeddingModel other = new TestEmbeddingModel(5, "other-model");
		Path elsewhere = this.directory.resolve("three");
		try (ReplicatedVectorStore three = Replicas.shared(other, this.pool, Replicas.shared(), Replicas.idle(),
				elsewhere, (builder) -> {
				});
				ReplicatedVectorStore four = Replicas.shared(other, this.pool, Replicas.shared(), Replicas.idle(),
						killed, (builder) -> {
						})) {
			three.start();
			three.add(List.of(document("new", "a tiger", 1)));
			four.start();
			assertInStep(three, four);
		}
	}

	@Test
	void whereVectorsCannotBeKeptTheStartWaitsForAllDocuments() throws Exception {
		ReplicatedVectorStore one = filled();
		Files.createDirectories(this.directory.resolve("two/vectors-before-rows.tmp/in the way"));
		HeldCopy copy = held();
		copy.onlyIf(() -> false);
		ReplicatedVectorStore two = started("two", copy, Metric.COSINE, Replicas.PATIENCE);
		assertThat(two.replicaStatus().state()).isEqualTo(ReplicaStatus.State.FOLLOWING);
		assertInStep(one, two);
	}

	@Test
	void aReplicaThatIsMadeAnewInUseAnswersMeanwhileToo() throws Exception {
		ReplicatedVectorStore one = filled();
		HeldCopy copy = held();
		copy.onlyIf(() -> false);
		ReplicatedVectorStore two = started("two", copy, Metric.COSINE,
				new ReplicaSettings(Duration.ofMillis(10), Replicas.PATIENCE, null));
		awaitAll(two);
		local("create trigger fails before insert on document begin select raise(abort, 'damaged'); end");
		copy.onlyIf(() -> two.replicaStatus().rebuilds() > 0);
		one.add(List.of(document("new", "a tiger", 1)));
		Replicas.await("vectors", () -> two.replicaStatus().state() == ReplicaStatus.State.ANSWERING_MEANWHILE);
		copy.await();
		assertSame(one, two);
		copy.release();
		awaitAll(two);
		assertThat(two.replicaStatus().rebuilds()).isOne();
		assertInStep(one, two);
	}

	/** The directory of a replica as a process would leave it that is killed now. */
	private Path killed(String name) throws IOException {
		Path killed = Files.createDirectory(this.directory.resolve("killed"));
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory.resolve(name))) {
			for (Path file : files) {
				copy(file, killed);
			}
		}
		return killed;
	}

	private static void copy(Path file, Path directory) throws IOException {
		if (Files.isRegularFile(file) && !file.getFileName().toString().endsWith(".lock")) {
			Files.copy(file, directory.resolve(file.getFileName()));
		}
	}

	@Test
	void withoutItsDatabaseItFailsAndGoesOnAfterwards() throws Exception {
		ReplicatedVectorStore one = filled();
		HeldCopy copy = held();
		ReplicatedVectorStore two = started("two", copy, Metric.COSINE, Duration.ofSeconds(2));
		copy.await();
		this.faulty.lose(true);
		assertThatThrownBy(() -> two.similaritySearch(request("lake3", 3)))
			.isInstanceOf(TruthUnavailableException.class)
			.hasMessageContaining("cannot be reached");
		this.faulty.lose(false);
		assertSame(one, two);
		// What has changed cannot be told any more, so nothing is answered by guessing.
		one.add(List.of(document("new", "a tiger", 1)));
		one.add(List.of(document("newer", "a tiger", 1)));
		this.database.execute("delete from hnsw.change where number < (select last_change from hnsw.store)");
		assertThatThrownBy(() -> two.similaritySearch(request("lake3", 3))).isInstanceOf(StoreException.class)
			.hasMessageContaining("has 0 of " + DOCUMENTS + " documents, and was not filled within PT2S");
		assertThat(two.replicaStatus().state()).isEqualTo(ReplicaStatus.State.REFILLING);
		copy.release();
		awaitAll(two);
		assertInStep(one, two);
	}

}
