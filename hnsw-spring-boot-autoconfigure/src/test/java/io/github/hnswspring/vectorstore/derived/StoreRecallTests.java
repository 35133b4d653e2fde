package io.github.hnswspring.vectorstore.derived;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.fixtures.Walks;
import io.github.hnswspring.index.HnswIndexBuilder;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.IndexState;
import io.github.hnswspring.vectorstore.LogCapture;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreRecall;
import io.github.hnswspring.vectorstore.StoreSeams;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static io.github.hnswspring.vectorstore.StoreFixture.addDirectly;
import static io.github.hnswspring.vectorstore.StoreFixture.await;
import static io.github.hnswspring.vectorstore.StoreFixture.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** How much searches find is said by a target or a list, and told. */
class StoreRecallTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel();

	private final List<HnswVectorStore> opened = new ArrayList<>();

	@AfterEach
	void close() {
		this.opened.forEach(HnswVectorStore::close);
	}

	private HnswVectorStore open(Consumer<HnswVectorStore.Builder> settings) {
		HnswVectorStore store = StoreFixture.open(this.directory, this.model, settings);
		this.opened.add(store);
		return store;
	}

	private Map<String, byte[]> indexFiles() throws IOException {
		Map<String, byte[]> content = new TreeMap<>();
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : files.filter((each) -> each.toString().endsWith(".hnsw")).toList()) {
				content.put(file.getFileName().toString(), Files.readAllBytes(file));
			}
		}
		return content;
	}

	@Test
	void aTargetOfNinetyNineInAHundredIsTheDefault() {
		HnswVectorStore store = open((builder) -> {
		});
		assertThat(store.index().targetRecall()).isEqualTo(HnswIndexBuilder.DEFAULT_TARGET_RECALL).isEqualTo(0.99);
		assertThat(store.index().efSearch()).isZero();
		assertThat(store.status().recall()).isEqualTo(new StoreRecall(0.99, 1.0, 0));
		assertThat(store.index().statistics().targetRecall()).isEqualTo(0.99);

		addDirectly(store, this.model, documents("d", 20, new Random(1)));

		assertThat(store.index().targetRecall()).isEqualTo(0.99);
		assertThat(store.index().efSearch()).isZero();
		assertThat(store.status().recall()).isEqualTo(new StoreRecall(0.99, 1.0, 0));
		assertThat(store.status().recall().comparesEverything()).isTrue();
		store.close();
		assertThat(store.status().recall()).isEqualTo(new StoreRecall(0.99, null, 0));
		assertThat(store.status().recall().comparesEverything()).isFalse();
	}

	@Test
	void anotherTargetOrAListAppliesAtOnceWithoutARebuild() throws IOException {
		HnswVectorStore first = open((builder) -> {
		});
		addDirectly(first, this.model, documents("d", 200, new Random(1)));
		first.close();
		Map<String, byte[]> files = indexFiles();
		assertThat(files).isNotEmpty();

		HnswVectorStore target = open((builder) -> builder.targetRecall(0.9));
		assertThat(target.status().indexState()).isEqualTo(IndexState.READY);
		assertThat(target.index().targetRecall()).isEqualTo(0.9);
		assertThat(target.index().efSearch()).isZero();
		assertThat(target.status().recall().target()).isEqualTo(0.9);
		target.close();

		HnswVectorStore list = open((builder) -> builder.efSearch(77));
		assertThat(list.status().indexState()).isEqualTo(IndexState.READY);
		assertThat(list.index().efSearch()).isEqualTo(77);
		assertThat(list.status().recall().target()).isNull();
		list.close();

		HnswVectorStore again = open((builder) -> {
		});
		assertThat(again.index().efSearch()).isZero();
		assertThat(again.index().targetRecall()).isEqualTo(0.99);
		again.close();
		assertThat(indexFiles()).as("written once").usingRecursiveComparison().isEqualTo(files);
	}

	@Test
	void bothAreRefusedWithWhatTheyAreCalledAndWhatToDo() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> open((builder) -> builder.targetRecall(0.95).efSearch(77)))
			.withMessageContaining("hnsw.target-recall")
			.withMessageContaining("0.95")
			.withMessageContaining("hnsw.ef-search")
			.withMessageContaining("77")
			.withMessageContaining("set the target");
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void impossibleOnesAreRefused() {
		for (double target : new double[] { 0, -0.5, 1.01, Double.NaN }) {
			assertThatIllegalArgumentException().isThrownBy(() -> open((builder) -> builder.targetRecall(target)))
				.withMessageContaining("targetRecall")
				.withMessageContaining(String.valueOf(target));
		}
		for (int ef : new int[] { 0, -1, HnswIndexBuilder.MAX_EF + 1 }) {
			assertThatIllegalArgumentException().isThrownBy(() -> open((builder) -> builder.efSearch(ef)))
				.withMessageContaining("efSearch")
				.withMessageContaining(String.valueOf(ef));
		}
	}

	@Test
	void theIndexOfAStoreLeavesBothToTheStore() {
		HnswVectorStore store = open((builder) -> {
		});
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> store.index().targetRecall(0.5))
			.withMessageContaining("hnsw.target-recall");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> store.index().efSearch(5))
			.withMessageContaining("hnsw.ef-search");
	}

	@Test
	void theStartTellsHowSearchesFind() {
		try (LogCapture log = new LogCapture()) {
			HnswVectorStore store = open((builder) -> {
			});
			addDirectly(store, this.model, documents("d", 20, new Random(1)));
			store.stop();
			store.start();
			assertThat(log.messages(Level.INFO)).anyMatch(
					(line) -> line.contains("20 documents of 64") && line.contains("searches compare everything"));
		}
	}

	/** Pages of an index that is only half built, and of one that is whole. */
	@Test
	void aSearchGoesOnWhereItWasWhileTheIndexIsBuilt() throws IOException {
		HnswVectorStore first = open((builder) -> {
		});
		addDirectly(first, this.model, documents("d", 1_200, new Random(1)));
		addDirectly(first, this.model, documents("d", 1_200, new Random(1)).subList(0, 40));
		float[] query = this.model.vector("river garden");
		List<Neighbor> all = first.index().search(VectorQuery.of(query).k(1_200).exact());
		assertThat(pages(first, query)).isEqualTo(all);
		first.close();
		Files.delete(this.directory.resolve(SnapshotManifest.FILE));
		HnswVectorStore building = open(
				(builder) -> StoreSeams.faults(builder, (options) -> options.files = new DerivedFiles() {

					@Override
					public boolean mayBuildOn() {
						return false;
					}

				}));
		assertThat(building.status().indexState()).isEqualTo(IndexState.REBUILDING);
		assertThat(building.status().recall().comparesEverything()).isTrue();
		assertThat(pages(building, query)).isEqualTo(all);
	}

	private static List<Neighbor> pages(HnswVectorStore store, float[] query) {
		List<Neighbor> all = new ArrayList<>();
		VectorQuery next = VectorQuery.of(query).k(70);
		while (true) {
			List<Neighbor> page = store.index().search(next);
			if (page.isEmpty()) {
				return all;
			}
			all.addAll(page);
			Neighbor last = page.get(page.size() - 1);
			next = next.after(last.distance(), last.id());
		}
	}

	/** Where the graph is walked. */
	@Nested
	@Walks
	class Walked {

		@Test
		void aRequestsListIsAsLongAsItSays() {
			HnswVectorStore store = open((builder) -> builder.m(4).efConstruction(10));
			addDirectly(store, StoreRecallTests.this.model, documents("d", 2_000, new Random(2)));
			int byOne = 0;
			int byMany = 0;
			for (Document wanted : documents("q", 100, new Random(3))) {
				SearchRequest ten = SearchRequest.builder().query("").topK(1).build();
				HnswSearchRequest request = HnswSearchRequest.of(ten)
					.withVector(StoreRecallTests.this.model.vector(wanted.getText()));
				List<Document> exact = store.similaritySearch(request.withExactSearch());
				byOne += store.similaritySearch(request.withEfSearch(1)).equals(exact) ? 1 : 0;
				byMany += store.similaritySearch(request.withEfSearch(1_000)).equals(exact) ? 1 : 0;
			}
			assertThat(byOne).isLessThan(90);
			assertThat(byMany).isGreaterThan(95);
		}

		@Test
		void whatWasMeasuredIsToldAndKeptOverARestart() {
			TestEmbeddingModel small = new TestEmbeddingModel(16, "words");
			List<Document> documents = documents("d", 6_000, new Random(4));
			StoreRecall before;
			try (HnswVectorStore store = StoreFixture.open(StoreRecallTests.this.directory, small,
					(builder) -> builder.m(8).efConstruction(30).targetRecall(0.95))) {
				addDirectly(store, small, documents);
				// What the status tells may be some seconds old.
				await("the figures of all documents",
						() -> store.status().recall().equals(StoreRecall.of(store.index().statistics())));
				before = store.status().recall();
				assertThat(before.target()).isEqualTo(0.95);
				assertThat(before.measured()).isBetween(0.9, 1.0);
				assertThat(before.efSearch()).isGreaterThanOrEqualTo(64);
				assertThat(before.comparesEverything()).isFalse();
			}
			try (LogCapture log = new LogCapture();
					HnswVectorStore store = StoreFixture.open(StoreRecallTests.this.directory, small,
							(builder) -> builder.m(8).efConstruction(30).targetRecall(0.95))) {
				assertThat(store.status().indexState()).isEqualTo(IndexState.READY);
				assertThat(store.status().recall()).isEqualTo(before);
				assertThat(log.messages(Level.INFO))
					.anyMatch((line) -> line.contains("searches walk the graph with efSearch " + before.efSearch()
							+ " for a recall of 0.95, measured " + before.measured()));
			}
		}

		@Test
		void theListIsToldAndWhatWasMeasuredOnceItIs() throws IOException {
			try (LogCapture log = new LogCapture()) {
				HnswVectorStore store = open((builder) -> {
				});
				addDirectly(store, StoreRecallTests.this.model, documents("d", 100, new Random(1)));
				assertThat(store.status().recall()).isEqualTo(new StoreRecall(0.99, null, 64));
				assertThat(store.status().recall().describe()).isEqualTo("graph, efSearch 64");
				store.stop();
				store.start();
				assertThat(log.messages(Level.INFO)).anyMatch((line) -> line
					.contains("searches walk the graph with efSearch 64 for a recall of 0.99, not measured yet"));
			}
		}

	}

}
