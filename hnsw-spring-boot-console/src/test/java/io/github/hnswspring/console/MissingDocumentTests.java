package io.github.hnswspring.console;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.test.NgramEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;
import io.github.hnswspring.vectorstore.SearchMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** What has too many better ones to be shown is searched for otherwise. */
class MissingDocumentTests {

	private static final String QUESTION = "lighthouse";

	private final NgramEmbeddingModel model = new NgramEmbeddingModel();

	@TempDir
	Path directory;

	/**
	 * The nearest by meaning, and the last by words: the others say nothing else.
	 * @param others how many there are
	 */
	private HnswVectorStore lastByWords(int others) {
		HnswVectorStore store = HnswVectorStore.builder(this.model).directory(this.directory).build();
		store.start();
		float[] far = this.model.embed("zzyzx quokka xylophone");
		List<Document> documents = new ArrayList<>();
		List<float[]> vectors = new ArrayList<>();
		for (int i = 0; i < others; i++) {
			documents.add(new Document("other-" + i, QUESTION, Map.of()));
			vectors.add(far);
		}
		documents.add(new Document("expected", "Among other things that are to be said of this coast, which has a "
				+ "harbour, a mole and a museum of ships, there is a lighthouse", Map.of()));
		vectors.add(this.model.embed(QUESTION));
		store.add(documents, vectors);
		return store;
	}

	private static HnswSearchRequest first(SearchMode mode, int topK, String question) {
		return HnswSearchRequest.of(SearchRequest.builder().query(question).topK(topK).build()).withMode(mode);
	}

	@Test
	void whatHasTooManyBetterOnesByWordsIsFoundByMeaning() {
		try (HnswVectorStore store = lastByWords(SearchData.MOST + 5)) {
			MissingDocument missing = MissingDocument.of(store, first(SearchMode.TEXT, 3, QUESTION), "expected");
			assertThat(missing.met()).extracting(SearchExplanation::verdict).containsExactly(Verdict.BEYOND_TOP_K);
			assertThat(missing.overcome()).isTrue();
			assertThat(missing.changes()).isEqualTo(Map.of("mode", "DENSE"));
			assertThat(missing.label()).isEqualTo("Search by meaning");
		}
	}

	@Test
	void whatAFewMoreResultsFindIsSearchedForAsBefore() {
		try (HnswVectorStore store = lastByWords(20)) {
			MissingDocument missing = MissingDocument.of(store, first(SearchMode.TEXT, 3, QUESTION), "expected");
			assertThat(missing.changes()).isEqualTo(Map.of("topK", "21"));
		}
	}

	@Test
	void whatHasTooManyBetterOnesByMeaningIsFoundByWordsIfItHasThem() {
		try (HnswVectorStore store = lastByWords(0)) {
			List<Document> nearer = new ArrayList<>();
			List<float[]> vectors = new ArrayList<>();
			for (int i = 0; i < SearchData.MOST + 5; i++) {
				nearer.add(new Document("nearer-" + i, "a ship", Map.of()));
				vectors.add(this.model.embed("coast guard"));
			}
			store.add(nearer, vectors);
			MissingDocument words = MissingDocument.of(store, first(SearchMode.DENSE, 3, "coast guard"), "expected");
			assertThat(words.met()).extracting(SearchExplanation::verdict).containsExactly(Verdict.BEYOND_TOP_K);
			assertThat(words.changes()).isEqualTo(Map.of("mode", "TEXT"));
			assertThat(words.overcome()).isTrue();
			MissingDocument none = MissingDocument.of(store, first(SearchMode.DENSE, 3, "guarding guards"), "expected");
			assertThat(none.overcome()).isFalse();
			assertThat(none.met()).extracting(SearchExplanation::verdict).containsExactly(Verdict.BEYOND_TOP_K);
			assertThat(none.whatElse()).contains("at most 300 results");
		}
	}

}
