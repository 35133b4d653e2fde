package io.github.hnswspring.vectorstore.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** The passages before and after a hit come with it. */
@ExtendWith(OutputCaptureExtension.class)
class NeighborTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(24, "words");

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> builder.passages("book", "at"));
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private static HnswSearchRequest request(String query, int topK) {
		return HnswSearchRequest.of(SearchRequest.builder().query(query).topK(topK).build()).withMode(SearchMode.TEXT);
	}

	private List<String> search(HnswSearchRequest request) {
		return this.store.similaritySearch(request)
			.stream()
			.map((document) -> document.getId()
					+ ((document.getMetadata().get(HitMetadata.NEIGHBOR_OF) instanceof String of) ? " of " + of : ""))
			.toList();
	}

	/** Passages {@code a0 ...} at 0, 10, 20 ..., each with a word of its own. */
	private static List<Document> book(String name, int passages) {
		List<Document> book = new ArrayList<>();
		for (int i = 0; i < passages; i++) {
			book.add(
					StoreFixture.document(name + i, "word" + name + i, "book", name, "at", 10 * i, "even", i % 2 == 0));
		}
		return book;
	}

	private void add(List<Document> documents) {
		List<Document> shuffled = new ArrayList<>(documents);
		Collections.shuffle(shuffled, new Random(5));
		StoreFixture.addDirectly(this.store, this.model, shuffled);
	}

	@Test
	void neighborsStandBesideTheirHitInTheOrderOfTheDocument() {
		add(book("a", 12));
		add(book("b", 12));
		List<Document> found = this.store.similaritySearch(request("worda5", 1).withNeighbors(2, 1));
		assertThat(found).extracting(Document::getId).containsExactly("a3", "a4", "a5", "a6");
		assertThat(found.get(0).getScore()).isNull();
		assertThat(found.get(0).getMetadata()).containsEntry(HitMetadata.NEIGHBOR_OF, "a5")
			.doesNotContainKey("distance");
		assertThat(found.get(2).getMetadata()).doesNotContainKey(HitMetadata.NEIGHBOR_OF);
		assertThat(search(request("worda0", 1).withNeighbors(2, 2))).containsExactly("a0", "a1 of a0", "a2 of a0");
		assertThat(search(request("worda11", 1).withNeighbors(1, 2))).containsExactly("a10 of a11", "a11");
	}

	@Test
	void noPassageComesTwice() {
		add(book("a", 12));
		assertThat(search(request("worda5 worda6 worda8", 3).withNeighbors(1, 1))).containsExactlyInAnyOrder("a4 of a5",
				"a5", "a6", "a7 of a6", "a8", "a9 of a8");
	}

	@Test
	void aFilterHoldsForNeighborsToo() {
		add(book("a", 12));
		assertThat(search(request("worda4", 1).withFilterExpression("even == true").withNeighbors(1, 2)))
			.containsExactly("a2 of a4", "a4", "a6 of a4", "a8 of a4");
		assertThat(search(request("worda4", 1).withFilterExpression("not (even == false)").withNeighbors(1, 0)))
			.containsExactly("a2 of a4", "a4");
	}

	@Test
	void passagesWithoutPlaceHaveNoNeighbors() {
		this.store.add(List.of(StoreFixture.document("x", "wordx", "book", "c"),
				StoreFixture.document("y", "wordy", "book", "c", "at", 1), StoreFixture.document("z", "wordz", "at", 1),
				StoreFixture.document("t", "wordt", "book", "c", "at", "2"),
				StoreFixture.document("u", "wordu", "book", "c", "at", 1.5),
				StoreFixture.document("v", "wordv", "book", "c", "at", 1)));
		assertThat(search(request("wordx", 1).withNeighbors(3, 3))).containsExactly("x");
		assertThat(search(request("wordz", 1).withNeighbors(3, 3))).containsExactly("z");
		assertThat(search(request("wordt", 1).withNeighbors(3, 3))).containsExactly("t");
		assertThat(search(request("wordv", 1).withNeighbors(3, 3))).containsExactly("y of v", "v", "u of v");
	}

	@Test
	void groupsHaveNeighborsToo() {
		add(book("a", 12));
		add(book("b", 12));
		List<Document> found = this.store
			.similaritySearch(request("worda5 wordb2", 2).withGroupBy("book", 1).withNeighbors(0, 1));
		assertThat(found).hasSize(4)
			.extracting((document) -> document.getMetadata().get(HitMetadata.GROUP_RANK))
			.containsExactly(1, 1, 2, 2);
	}

	@Test
	void thousandsOfPassagesOfOneDocumentAreLookedThroughFromTheHit() {
		add(book("a", 2_500));
		add(book("b", 30));
		for (int at : new int[] { 0, 1, 17, 1_234, 2_498, 2_499 }) {
			List<String> expected = new ArrayList<>();
			for (int i = Math.max(0, at - 3); i <= Math.min(2_499, at + 2); i++) {
				expected.add("a" + i + ((i == at) ? "" : " of a" + at));
			}
			assertThat(search(request("worda" + at, 1).withNeighbors(3, 2))).isEqualTo(expected);
		}
	}

	@Test
	void aKeyThatNoDocumentHasIsToldOnce(CapturedOutput output) {
		HnswSearchRequest request = request("worda5", 1);
		this.store.similaritySearch(request.withGroupBy("bok", 1));
		assertThat(output).as("an empty store").doesNotContain("'bok'");
		add(book("a", 12));
		this.store.similaritySearch(request.withNeighbors(1, 1).withGroupBy(1));
		assertThat(output).doesNotContain("No document has");
		this.store.similaritySearch(request.withGroupBy("bok", 1));
		this.store.similaritySearch(request.withGroupBy("bok", 1).withNeighbors(1, 1));
		assertThat(output).containsOnlyOnce("No document has the metadata key 'bok'").contains("mean 'book'?");
	}

	@Test
	void aKeyOfThePropertiesThatNoDocumentHasIsTold(CapturedOutput output) {
		add(book("a", 3));
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model, (builder) -> builder.passages("boook", "att"));
		this.store.similaritySearch(request("worda1", 1));
		assertThat(output).doesNotContain("No document has");
		this.store.similaritySearch(request("worda1", 1).withNeighbors(1, 1));
		assertThat(output).contains("key 'boook'", "(hnsw.passages.document-key)", "mean 'book'?", "key 'att'",
				"mean 'at'?");
	}

	@Test
	void aKeyThatNobodyHasNamedIsNoSlip(CapturedOutput output) {
		add(book("a", 3));
		this.store.close();
		this.store = StoreFixture.open(this.directory, this.model);
		this.store.similaritySearch(request("worda1", 1).withNeighbors(1, 1));
		this.store.similaritySearch(request("worda1", 1).withGroupBy(2));
		assertThat(output).doesNotContain("No document has");
	}

	@Test
	void whatMakesNoSenseIsRefused() {
		HnswSearchRequest request = request("river", 100);
		assertThatIllegalArgumentException().isThrownBy(() -> request.withNeighbors(-1, 0)).withMessageContaining("-1");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.similaritySearch(request.withNeighbors(Integer.MAX_VALUE, Integer.MAX_VALUE)))
			.withMessageContaining("passages with their neighbours")
			.withMessageContaining(String.valueOf(Limits.DEFAULTS.topK()));
	}

}
