package io.github.hnswspring.vectorstore.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.hnswspring.fixtures.Distances;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchPage;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Results that are not like each other. */
class DiversityTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(24, "words");

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.model);
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private static HnswSearchRequest request(SearchMode mode, int topK) {
		return HnswSearchRequest.of(SearchRequest.builder().query("river engine garden").topK(topK).build())
			.withMode(mode);
	}

	private static List<String> ids(List<Document> documents) {
		return documents.stream().map(Document::getId).toList();
	}

	/** Maximal marginal relevance, the plain way. */
	private List<String> chosen(List<Document> candidates, int count, double diversity) {
		List<Document> left = new ArrayList<>(candidates);
		List<Document> chosen = new ArrayList<>();
		while (chosen.size() < count && !left.isEmpty()) {
			Document best = null;
			double most = Double.NEGATIVE_INFINITY;
			for (Document document : left) {
				double like = chosen.stream()
					.mapToDouble((other) -> 1 - (float) Distances.cosine(this.model.vector(other.getText()),
							this.model.vector(document.getText())))
					.max()
					.orElse(0);
				double relevance = (1 - diversity) * document.getScore() - diversity * like;
				if (relevance > most) {
					most = relevance;
					best = document;
				}
			}
			left.remove(best);
			chosen.add(best);
		}
		return ids(chosen);
	}

	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void eachResultIsTheOneOfMostMarginalRelevance(SearchMode mode) {
		this.store.add(StoreFixture.documents("d", 300, new Random(4)));
		List<Document> candidates = this.store.similaritySearch(request(mode, 60));
		for (double diversity : new double[] { 0, 0.3, 0.7, 1 }) {
			List<Document> found = this.store.similaritySearch(request(mode, 15).withDiversity(diversity));
			List<String> expected = (diversity > 0) ? chosen(candidates, 15, diversity)
					: ids(candidates).subList(0, 15);
			assertThat(ids(found)).as("diversity %s", diversity).isEqualTo(expected);
			for (Document document : found) {
				Document same = candidates.get(ids(candidates).indexOf(document.getId()));
				assertThat(document.getScore()).isEqualTo(same.getScore());
			}
		}
	}

	@Test
	void copiesOfTheBestMakeRoomForOthers() {
		List<Document> documents = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			documents.add(StoreFixture.document("copy" + i, "river engine garden", "book", "copies" + i));
		}
		documents.add(StoreFixture.document("half", "river engine window", "book", "half"));
		documents.add(StoreFixture.document("other", "garden kitchen", "book", "other"));
		this.store.add(documents);
		assertThat(ids(this.store.similaritySearch(request(SearchMode.DENSE, 3))))
			.allMatch((id) -> id.startsWith("copy"));
		assertThat(ids(this.store.similaritySearch(request(SearchMode.DENSE, 3).withDiversity(0.7))))
			.containsExactly("copy0", "other", "half");
		List<Document> grouped = this.store
			.similaritySearch(request(SearchMode.DENSE, 3).withDiversity(0.7).withGroupBy("book", 1));
		assertThat(ids(grouped)).containsExactly("copy0", "other", "half");
		assertThat(grouped).extracting((document) -> document.getMetadata().get(HitMetadata.GROUP_RANK))
			.containsExactly(1, 2, 3);
	}

	@Test
	void pagesGoOnChoosingUntilTheCandidatesEnd() {
		this.store.add(StoreFixture.documents("d", 300, new Random(4)));
		HnswSearchRequest request = request(SearchMode.DENSE, 15).withDiversity(0.6);
		List<String> expected = chosen(this.store.similaritySearch(request(SearchMode.DENSE, 60)), 60, 0.6);
		List<String> pages = new ArrayList<>();
		String token = null;
		do {
			SearchPage page = this.store.search(request, token);
			pages.addAll(ids(page.documents()));
			token = page.next();
		}
		while (token != null);
		assertThat(pages).isEqualTo(expected);
	}

	@Test
	void anExplanationSaysThatOthersWerePreferred() {
		this.store.add(StoreFixture.documents("d", 300, new Random(4)));
		List<String> nearest = new ArrayList<>(ids(this.store.similaritySearch(request(SearchMode.DENSE, 15))));
		HnswSearchRequest request = request(SearchMode.DENSE, 15).withDiversity(0.7);
		nearest.removeAll(ids(this.store.similaritySearch(request)));
		SearchExplanation explanation = this.store.explain(request, nearest.get(0));
		assertThat(explanation.verdict()).isEqualTo(SearchExplanation.Verdict.LEFT_OUT_BY_REQUEST);
		assertThat(explanation.toString()).contains("diversity below 0.7");
	}

	@Test
	void aDiversityThatMakesNoSenseIsRefused() {
		this.store.add(StoreFixture.documents("d", 3, new Random(4)));
		HnswSearchRequest request = request(SearchMode.DENSE, 2_000);
		assertThatIllegalArgumentException().isThrownBy(() -> request.withDiversity(1.5)).withMessageContaining("1.5");
		assertThatIllegalArgumentException().isThrownBy(() -> request.withDiversity(Double.NaN));
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.similaritySearch(request.withDiversity(0.5)))
			.withMessageContaining("2000")
			.withMessageContaining("100");
	}

}
