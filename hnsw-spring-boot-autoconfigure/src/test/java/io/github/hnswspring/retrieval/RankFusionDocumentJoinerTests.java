package io.github.hnswspring.retrieval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.github.hnswspring.vectorstore.HitMetadata;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/** One list of many. */
class RankFusionDocumentJoinerTests {

	private final RankFusionDocumentJoiner joiner = new RankFusionDocumentJoiner();

	private static List<Document> list(String... ids) {
		return List.of(ids).stream().map((id) -> document(id, 0.5)).toList();
	}

	private static Document document(String id, double score) {
		return Document.builder().id(id).text("text of " + id).metadata("of", id).score(score).build();
	}

	private static Document neighbor(String id, String of) {
		return Document.builder().id(id).text("text of " + id).metadata(HitMetadata.NEIGHBOR_OF, of).build();
	}

	private List<Document> join(List<List<Document>> lists) {
		return this.joiner.join(Map.of(new Query("a question"), lists));
	}

	@Test
	void whatSeveralListsHaveComesBeforeWhatOnlyOneHas() {
		assertThat(join(List.of(list("a", "b", "c"), list("d", "b", "e")))).extracting(Document::getId)
			.containsExactly("b", "a", "d", "c", "e");
	}

	@Test
	void theOrderOfAListCountsAndItsScoresDoNot() {
		List<Document> first = List.of(document("a", 0.01), document("b", 0.99));
		List<Document> second = List.of(document("a", -7), document("c", 1e9));
		assertThat(join(List.of(first, second))).extracting(Document::getId).containsExactly("a", "b", "c");
	}

	@Test
	void scoresAreOneForTheFirstOfAllListsAndFallTowardsZero() {
		List<Document> joined = join(List.of(list("a", "b", "c"), list("a", "c"), list()));
		assertThat(joined).extracting(Document::getId).containsExactly("a", "c", "b");
		assertThat(joined.get(0).getScore()).isCloseTo(2 / 3.0, within(1e-12));
		assertThat(joined.get(1).getScore()).isCloseTo((61 / 62.0 + 61 / 63.0) / 3, within(1e-12));
		assertThat(joined.get(2).getScore()).isCloseTo(61 / 62.0 / 3, within(1e-12));
		assertThat(join(List.of(list("a"), list("a"))).get(0).getScore()).isEqualTo(1.0);
	}

	@Test
	void aDocumentAppearsOnceAsItWasWhereItStoodBest() {
		Document best = document("b", 0.9).mutate().metadata("dense_rank", 1).build();
		Document other = document("b", 0.4).mutate().metadata("dense_rank", 9).build();
		List<Document> joined = join(List.of(List.of(document("a", 1), other), List.of(best), List.of(best, other)));
		assertThat(joined).extracting(Document::getId).containsExactly("b", "a");
		assertThat(joined.get(0).getMetadata()).isEqualTo(best.getMetadata());
		assertThat(joined.get(0).getText()).isEqualTo("text of b");
		// Twice in one list counts once.
		assertThat(joined.get(0).getScore()).isCloseTo((61 / 62.0 + 2) / 3, within(1e-12));
	}

	@Test
	void listsAreThoseOfAllQueriesAndSources() {
		Map<Query, List<List<Document>>> lists = new LinkedHashMap<>();
		lists.put(new Query("one"), List.of(list("a", "b"), list("c")));
		lists.put(new Query("other"), List.of(list("b", "d")));
		assertThat(this.joiner.join(lists)).extracting(Document::getId).containsExactly("b", "a", "c", "d");
	}

	@Test
	void nothingJoinsToNothing() {
		assertThat(this.joiner.join(Map.of())).isEmpty();
		assertThatIllegalArgumentException().isThrownBy(() -> this.joiner.join(null));
		assertThat(join(List.of())).isEmpty();
		assertThat(join(List.of(list()))).isEmpty();
	}

	@Test
	void theOrderOfTheListsDoesNotMatter() {
		long seed = Long.getLong("hnsw.test.seed", System.nanoTime());
		System.out.println("RankFusionDocumentJoinerTests seed " + seed);
		Random random = new Random(seed);
		List<List<Document>> lists = new ArrayList<>();
		for (int i = 0; i < 7; i++) {
			List<String> ids = new ArrayList<>();
			for (int id = 0; id < 30; id++) {
				ids.add("d" + id);
			}
			Collections.shuffle(ids, random);
			lists.add(list(ids.subList(0, 20).toArray(String[]::new)));
		}
		List<Document> joined = join(lists);
		assertThat(joined).extracting(Document::getScore).isSortedAccordingTo(Collections.reverseOrder());
		for (int i = 0; i < 20; i++) {
			Collections.shuffle(lists, random);
			assertThat(join(lists)).as("seed %s", seed).isEqualTo(joined);
		}
	}

	@Test
	void neighborsHaveNoRankAndStayBesideTheirHit() {
		List<Document> first = List.of(neighbor("a4", "a5"), document("a5", 0.9), neighbor("a6", "a5"),
				document("b", 0.8));
		List<Document> second = List.of(document("c", 0.9), document("b", 0.8));
		List<Document> joined = join(List.of(first, second));
		assertThat(joined).extracting(Document::getId).containsExactly("b", "a4", "a5", "a6", "c");
		assertThat(joined.get(0).getScore()).isCloseTo(61 / 62.0, within(1e-12));
		assertThat(joined.get(1).getScore()).isNull();
		assertThat(joined.get(1).getMetadata()).containsEntry(HitMetadata.NEIGHBOR_OF, "a5");
		assertThat(join(List.of(second, first))).isEqualTo(joined);
	}

	@Test
	void aHitOfOneListIsNoNeighborInAnother() {
		List<Document> joined = join(List.of(List.of(neighbor("a4", "a5"), document("a5", 1)),
				List.of(neighbor("a3", "a4"), document("a4", 1), neighbor("a5", "a4"))));
		assertThat(joined).extracting(Document::getId).containsExactly("a3", "a4", "a5");
		assertThat(joined.get(1).getScore()).isEqualTo(0.5);
		assertThat(joined.get(2).getMetadata()).doesNotContainKey(HitMetadata.NEIGHBOR_OF);
	}

	@Test
	void neighborsOfAllListsComeOnceInTheOrderOfTheirDocument() {
		List<Document> one = List.of(document("x", 1), neighbor("a4", "a5"), document("a5", 1), neighbor("a6", "a5"));
		List<Document> other = List.of(neighbor("a3", "a5"), neighbor("a4", "a5"), document("a5", 1),
				neighbor("a6", "a5"), neighbor("a7", "a5"), document("a8", 1));
		List<Document> further = List.of(document("a5", 1), neighbor("a6", "a5"), document("a8", 1),
				neighbor("a9", "a8"));
		List<List<Document>> lists = new ArrayList<>(List.of(one, other, further));
		for (int i = 0; i < lists.size(); i++) {
			Collections.rotate(lists, 1);
			assertThat(join(lists)).extracting(Document::getId)
				.containsExactly("a3", "a4", "a5", "a6", "a7", "a8", "a9", "x");
		}
	}

	@Test
	void aNeighborWithoutItsHitIsNotLost() {
		assertThat(join(List.of(List.of(document("a", 1), neighbor("b", "gone"))))).extracting(Document::getId)
			.containsExactly("a", "b");
	}

	@Test
	void oneListKeepsItsOrder() {
		List<Document> list = List.of(neighbor("a4", "a5"), document("a5", 0.2), document("a6", 0.9),
				neighbor("a7", "a6"), document("b", 0.5));
		assertThat(join(List.of(list))).extracting(Document::getId).containsExactly("a4", "a5", "a6", "a7", "b");
	}

	@Test
	void ofVersionsThatStoodEquallyWellThatOfTheLargestScoreIsKept() {
		Document best = document("a", 0.9);
		List<List<Document>> lists = new ArrayList<>(List.of(List.of(document("a", 0.8)), List.of(best),
				List.of(document("a", 0.1)), List.of(Document.builder().id("a").text("without a score").build())));
		for (Document version : List.of(document("a", 0.9).mutate().metadata("of", "b").build(),
				document("a", 0.9).mutate().text("text of another").metadata("of", "z").build())) {
			lists.add(0, List.of(version));
		}
		for (int i = 0; i < lists.size(); i++) {
			Collections.rotate(lists, 1);
			Document kept = join(lists).get(0);
			assertThat(kept.getMetadata()).containsEntry("of", "a");
			assertThat(kept.getText()).isEqualTo("text of a");
			assertThat(kept.getScore()).isEqualTo(1);
			assertThat(join(lists.stream().filter((list) -> !list.contains(best)).toList()).get(0).getMetadata())
				.containsEntry("of", "b");
		}
	}

	@Test
	void whoGetsTheListMaySortIt() {
		List<Document> joined = join(List.of(list("b", "a")));
		joined.sort((one, other) -> one.getId().compareTo(other.getId()));
		assertThat(joined).extracting(Document::getId).containsExactly("a", "b");
	}

}
