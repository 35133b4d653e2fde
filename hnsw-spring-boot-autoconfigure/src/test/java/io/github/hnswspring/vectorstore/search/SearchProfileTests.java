package io.github.hnswspring.vectorstore.search;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.index.GraphView;
import io.github.hnswspring.index.SearchTrace;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchProfile;
import io.github.hnswspring.vectorstore.SearchProfile.Kind;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.StoreMetadata;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** A search tells what it does, and which documents are behind the ids of the index. */
class SearchProfileTests {

	@TempDir
	private Path directory;

	private final TestEmbeddingModel model = new TestEmbeddingModel(16, "words");

	@ParameterizedTest
	@EnumSource(SearchMode.class)
	void aProfileHasWhatTheSearchReturnsAndWhatItDid(SearchMode mode) {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			store.add(StoreFixture.documents("d", 60, new Random(3)));
			HnswSearchRequest request = HnswSearchRequest
				.of(SearchRequest.builder().query("river mountain").topK(5).build())
				.withMode(mode)
				.withFilterExpression("even == true");
			List<Document> expected = store.similaritySearch(request);
			long asked = store.status().embeddingsComputed();
			SearchProfile profile = store.profile(request);
			assertThat(store.status().embeddingsComputed() - asked).isEqualTo((mode == SearchMode.TEXT) ? 0 : 1);
			assertThat(profile.documents()).isEqualTo(expected);
			assertThat(profile.mode()).isEqualTo(mode);
			assertThat(profile.matches()).isEqualTo(30);
			List<Kind> kinds = switch (mode) {
				case DENSE -> List.of(Kind.EMBEDDING, Kind.FILTER, Kind.VECTORS, Kind.SEARCH);
				case TEXT -> List.of(Kind.FILTER, Kind.WORDS, Kind.SEARCH);
				case HYBRID -> List.of(Kind.EMBEDDING, Kind.FILTER, Kind.VECTORS, Kind.WORDS, Kind.SEARCH);
			};
			assertThat(profile.parts()).extracting(SearchProfile.Part::kind).isEqualTo(kinds);
			assertThat(profile.parts()).extracting(SearchProfile.Part::duration)
				.allMatch((duration) -> duration.compareTo(Duration.ZERO) > 0);
			SearchTrace trace = profile.trace();
			assertThat(trace == null).isEqualTo(mode == SearchMode.TEXT);
			if (mode == SearchMode.DENSE) {
				assertThat(profile.vector()).isEqualTo(this.model.embed("river mountain"));
				assertThat(trace.results()).hasSize(5);
				// With the vector that is known no model is asked.
				long before = store.status().embeddingsComputed();
				assertThat(store.profile(request.withVector(profile.vector())).documents()).isEqualTo(expected);
				assertThat(store.status().embeddingsComputed()).isEqualTo(before);
			}
		}
	}

	@Test
	void theWalkOfASearchHasItsFilterAndIsEmbeddedOnce() {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			HnswSearchRequest request = HnswSearchRequest
				.of(SearchRequest.builder().query("river mountain").topK(5).build())
				.withMode(SearchMode.DENSE);
			assertThat(store.walk(request, 10, List.of()).nodes()).isEmpty();
			List<Document> documents = StoreFixture.documents("d", 60, new Random(3));
			store.add(documents);
			long asked = store.status().embeddingsComputed();
			GraphView view = store.walk(request.withFilterExpression("even == true").withEfSearch(7), 0, List.of());
			assertThat(store.status().embeddingsComputed() - asked).isEqualTo(1);
			assertThat(view.size()).isEqualTo(60);
			Map<Long, Document> met = store.documents(view.nodes().stream().map(GraphView.Node::id).toList());
			assertThat(view.nodes()).isNotEmpty()
				.allMatch((node) -> node.passes() == met.get(node.id()).getMetadata().get("even").equals(true));
			String id = documents.get(17).getId();
			assertThat(store.walk(request, 0, List.of(id, "nobody")).nodes()).extracting(GraphView.Node::id)
				.contains(store.indexId(id).orElseThrow());
		}
	}

	@Test
	void nothingIsDoneWhereNothingMatches() {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			HnswSearchRequest request = HnswSearchRequest.of(SearchRequest.builder().query("river").build());
			assertThat(store.profile(request).documents()).isEmpty();
			store.add(StoreFixture.documents("d", 6, new Random(3)));
			SearchProfile profile = store.profile(request.withFilterExpression("number > 100"));
			assertThat(profile.matches()).isZero();
			assertThat(profile.trace()).isNull();
			assertThat(profile.documents()).isEmpty();
		}
	}

	@Test
	void idsOfTheIndexLeadToDocumentsAndBack() {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			store.add(StoreFixture.documents("d", 20, new Random(3)));
			long key = store.indexId("d7").orElseThrow();
			assertThat(store.index().vector(key)).hasValue(this.model.embed(store.get(List.of("d7")).get(0).getText()));
			long nearest = store.index()
				.search(VectorQuery.of(store.index().vector(key).orElseThrow()).k(1))
				.get(0)
				.id();
			assertThat(store.documents(List.of(nearest, -5L))).isEqualTo(Map.of(key, store.get(List.of("d7")).get(0)));
			assertThat(store.indexId("d99")).isEmpty();
			store.add(List.of(StoreFixture.document("d7", "another text")));
			assertThat(store.indexId("d7").orElseThrow()).isNotEqualTo(key);
			assertThat(store.documents(List.of(key))).isEmpty();
			assertThatIllegalArgumentException()
				.isThrownBy(() -> store.documents(java.util.stream.LongStream.range(0, 10_001).boxed().toList()))
				.withMessage(
						"At most 10000 ids of the index are looked up at once, but there were 10001; ask in parts");
		}
	}

	@Test
	void whatHasEndedIsNotThere() {
		try (HnswVectorStore store = StoreFixture.open(this.directory, this.model)) {
			store.add(List.of(StoreFixture.document("brief", "river", StoreMetadata.EXPIRES_AT,
					Instant.now().plusMillis(50).toString()), StoreFixture.document("lasting", "river")));
			StoreFixture.await("the end", () -> store.count() == 1);
			assertThat(store.indexId("brief")).isEmpty();
			assertThat(store.indexId("lasting")).isPresent();
		}
	}

}
