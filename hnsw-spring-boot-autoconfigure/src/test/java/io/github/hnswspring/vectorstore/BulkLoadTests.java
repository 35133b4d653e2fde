package io.github.hnswspring.vectorstore;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.HnswIndex;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A replica that lacks very much stores it past its indexes, and answers from all of it
 * at once; the indexes follow, also after a kill.
 */
class BulkLoadTests {

	private static final int ROWS = 3_000;

	private static final int PART = 600;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private final List<ReplicaRow> rows = new ArrayList<>();

	@TempDir
	Path directory;

	private ReplicaStore store;

	@BeforeEach
	void open() {
		Random random = new Random(7);
		for (int i = 0; i < ROWS; i++) {
			String text = StoreFixture.text("word" + i, random);
			this.rows.add(new ReplicaRow("d" + i, text, Map.of("n", i % 10), this.model.vector(text)));
		}
		this.store = open(this.directory.resolve("store"));
	}

	private ReplicaStore open(Path path) {
		ReplicaStore opened = ReplicaStore.of(HnswVectorStore.builder(this.model).directory(path), new NoTruth());
		opened.start();
		return opened;
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	@Test
	void whatIsStoredIsFoundBeforeTheIndexesHaveIt() {
		try (ReplicaResync resync = this.store.resync()) {
			put(resync, 0, ROWS - PART);
			assertThat(this.store.status().indexState()).isEqualTo(IndexState.REBUILDING);
			assertThat(this.store.status().textIndexState()).isEqualTo(TextIndexState.BUILDING);
			assertAnswers(ROWS - PART);
			put(resync, ROWS - PART, ROWS);
			assertThat(this.store.status().indexState()).as("waits for the last row").isEqualTo(IndexState.REBUILDING);
			resync.end(List.of(), "position");
			assertAnswers(ROWS);
		}
		assertThat(this.store.position()).isEqualTo("position");
		assertBecomesReady();
	}

	@Test
	void aReplicaThatLacksMostKeepsTheIndexOfWhatItHas() {
		this.store.apply(this.rows.subList(0, ROWS / 10), List.of(), "old");
		assertThat(this.store.status().indexState()).isEqualTo(IndexState.READY);
		try (ReplicaResync resync = this.store.resync()) {
			put(resync, 0, ROWS);
			assertThat(this.store.status().indexState()).isEqualTo(IndexState.REBUILDING);
			assertThat(StoreSeams.session(this.store).index().ask(HnswIndex::size, 0)).as("in the index so far")
				.isBetween(ROWS / 10, ROWS - PART);
			resync.end(List.of(), "position");
		}
		assertAnswers(ROWS);
		assertBecomesReady();
	}

	@Test
	void aReplicaThatLacksLittleKeepsItsIndexesUp() {
		try (ReplicaResync resync = this.store.resync()) {
			put(resync, 0, PART);
			resync.end(List.of(), "position");
			assertThat(this.store.status().indexState()).isEqualTo(IndexState.READY);
			assertThat(this.store.status().textIndexState()).isEqualTo(TextIndexState.READY);
		}
	}

	@Test
	void changesOfWhatIsOnItsWayAreFollowed() {
		try (ReplicaResync resync = this.store.resync()) {
			put(resync, 0, ROWS);
			this.store.apply(List.of(new ReplicaRow("d5", "another text", Map.of(), this.model.vector("another text"))),
					List.of("d6"), null);
			resync.end(List.of("d5", "d6"), "position");
		}
		this.rows.set(5, new ReplicaRow("d5", "another text", Map.of(), this.model.vector("another text")));
		this.rows.remove(6);
		assertAnswers(ROWS - 1);
		assertBecomesReady();
	}

	@Test
	void whatAKillLeavesKnowsThatItIsNotComplete() throws IOException {
		Path killed = this.directory.resolve("killed");
		try (ReplicaResync resync = this.store.resync()) {
			put(resync, 0, ROWS - PART);
			copy(this.directory.resolve("store"), killed);
		}
		this.store.close();
		this.store = open(killed);
		assertThat(this.store.position()).isNull();
		assertAnswers(ROWS - PART);
		try (ReplicaResync resync = this.store.resync()) {
			put(resync, 0, ROWS);
			resync.end(List.of(), "position");
		}
		assertAnswers(ROWS);
		assertBecomesReady();
	}

	@Test
	void aLoadThatIsGivenUpLeavesIndexesOfWhatIsThere() {
		try (ReplicaResync resync = this.store.resync()) {
			put(resync, 0, ROWS - PART);
		}
		assertThat(this.store.position()).isNull();
		this.rows.subList(ROWS - PART, ROWS).clear();
		assertBecomesReady();
	}

	@Test
	void aStopDuringTheLoadIsNoLossEither() {
		ReplicaResync resync = this.store.resync();
		put(resync, 0, ROWS - PART);
		this.store.stop();
		resync.close();
		this.store.start();
		assertThat(this.store.position()).isNull();
		this.rows.subList(ROWS - PART, ROWS).clear();
		assertAnswers(ROWS - PART);
		assertBecomesReady();
	}

	private void put(ReplicaResync resync, int from, int to) {
		for (int start = from; start < to; start += PART) {
			assertThat(resync.put(this.rows.subList(start, Math.min(to, start + PART)), List.of())).isEmpty();
		}
	}

	private void assertAnswers(int count) {
		assertThat(this.store.count()).isEqualTo(count);
		for (int i = 3; i < count; i += count / 7) {
			float[] query = this.rows.get(i).vector();
			assertThat(this.store.similaritySearch(query, SearchRequest.builder().topK(5).build()))
				.extracting(Document::getId)
				.isEqualTo(nearest(query, count, false));
			assertThat(this.store.similaritySearch(query,
					SearchRequest.builder().topK(5).filterExpression("n == 3").build()))
				.extracting(Document::getId)
				.isEqualTo(nearest(query, count, true));
		}
	}

	private List<String> nearest(float[] query, int count, boolean filtered) {
		return IntStream.range(0, count)
			.filter((i) -> !filtered || Integer.valueOf(3).equals(this.rows.get(i).metadata().get("n")))
			.boxed()
			.sorted(Comparator.comparingDouble((Integer i) -> -cosine(query, this.rows.get(i).vector()))
				.thenComparing(Comparator.naturalOrder()))
			.limit(5)
			.map((i) -> this.rows.get(i).id())
			.toList();
	}

	private static double cosine(float[] a, float[] b) {
		double dot = 0;
		double lengthA = 0;
		double lengthB = 0;
		for (int i = 0; i < a.length; i++) {
			dot += (double) a[i] * b[i];
			lengthA += (double) a[i] * a[i];
			lengthB += (double) b[i] * b[i];
		}
		return dot / Math.sqrt(lengthA * lengthB);
	}

	private void assertBecomesReady() {
		StoreFixture.await("the graph to be built", () -> this.store.status().indexState() == IndexState.READY);
		assertThat(this.store.status().textIndexState()).as("words, which lack documents until then, come first")
			.isEqualTo(TextIndexState.READY);
		assertThat(this.store.index().size()).isEqualTo(this.rows.size());
		for (int i = 1; i < this.rows.size(); i += this.rows.size() / 7) {
			ReplicaRow row = this.rows.get(i);
			assertThat(this.store.similaritySearch(row.vector(), SearchRequest.builder().topK(1).build()))
				.extracting(Document::getId)
				.containsExactly(row.id());
			String word = row.text().substring(0, row.text().indexOf(' '));
			assertThat(this.store
				.similaritySearch(HnswSearchRequest.of(SearchRequest.builder().query(word).topK(1).build())
					.withMode(SearchMode.TEXT)))
				.extracting(Document::getId)
				.containsExactly(row.id());
		}
	}

	private static void copy(Path from, Path to) throws IOException {
		Files.createDirectories(to);
		try (DirectoryStream<Path> files = Files.newDirectoryStream(from, "hnsw.db*")) {
			for (Path file : files) {
				Files.copy(file, to.resolve(file.getFileName()));
			}
		}
	}

	/** Nothing is written through these stores. */
	private static final class NoTruth implements StoreTruth {

		@Override
		public void put(List<ReplicaRow> rows, Consumer<List<ReplicaRow>> locally) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void delete(List<String> ids, Runnable locally) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void replace(Filter.Expression filter, List<ReplicaRow> rows,
				BiConsumer<List<String>, List<ReplicaRow>> locally) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void await(String position, Duration timeout) {
			throw new UnsupportedOperationException();
		}

	}

}
