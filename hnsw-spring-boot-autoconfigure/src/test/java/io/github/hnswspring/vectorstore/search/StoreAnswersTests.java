package io.github.hnswspring.vectorstore.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.Distances;
import io.github.hnswspring.fixtures.TestEmbeddingModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreFixture;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** A store of some thousand documents returns the true nearest, at the defaults. */
class StoreAnswersTests {

	private static final int DOCUMENTS = 2_000;

	private static final int COPIES = 300;

	private static final int DIMENSIONS = 128;

	private static final int K = 10;

	@TempDir
	Path directory;

	private final Random random = new Random(13);

	private final List<float[]> vectors = clusters(40, DOCUMENTS);

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, new TestEmbeddingModel(DIMENSIONS, "words"));
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	/** Points around some centres, which lie about six times as far from each other. */
	private List<float[]> clusters(int centres, int count) {
		List<float[]> points = new ArrayList<>();
		List<float[]> around = new ArrayList<>();
		for (int i = 0; i < centres; i++) {
			around.add(gaussian(new float[DIMENSIONS], 1));
		}
		for (int i = 0; i < count; i++) {
			points.add(gaussian(around.get(i % centres), 0.25f));
		}
		return points;
	}

	private float[] gaussian(float[] middle, float spread) {
		float[] vector = middle.clone();
		for (int i = 0; i < vector.length; i++) {
			vector[i] += spread * (float) this.random.nextGaussian();
		}
		return vector;
	}

	/** Numbers of all documents, nearest first. */
	private List<Integer> nearest(float[] query) {
		return IntStream.range(0, this.vectors.size())
			.boxed()
			.sorted(Comparator.comparingDouble((Integer i) -> Distances.cosine(query, this.vectors.get(i))))
			.toList();
	}

	private static List<String> ids(List<Document> documents) {
		return documents.stream().map(Document::getId).toList();
	}

	@Test
	void filtersOpposedToTheQueryReturnTheTrueNearestOfWhatTheyLeave() {
		List<float[]> queries = IntStream.range(0, 20)
			.mapToObj((i) -> gaussian(this.vectors.get(97 * i), 0.25f))
			.toList();
		List<Map<String, Object>> metadata = new ArrayList<>();
		for (int i = 0; i < DOCUMENTS; i++) {
			metadata.add(new HashMap<>());
		}
		for (int q = 0; q < queries.size(); q++) {
			List<Integer> nearest = nearest(queries.get(q));
			for (int rank = 0; rank < nearest.size(); rank++) {
				metadata.get(nearest.get(rank)).put("rank" + q, rank);
			}
		}
		List<Document> documents = IntStream.range(0, DOCUMENTS)
			.mapToObj((i) -> new Document("d" + i, "text " + i, metadata.get(i)))
			.toList();
		this.store.add(documents, this.vectors);
		for (int q = 0; q < queries.size(); q++) {
			List<Integer> nearest = nearest(queries.get(q));
			for (int excluded : new int[] { 20, 100, 200, 400 }) {
				List<Document> found = this.store.similaritySearch(queries.get(q),
						SearchRequest.builder().topK(K).filterExpression("rank" + q + " >= " + excluded).build());
				assertThat(ids(found)).as("query " + q + ", the nearest " + excluded + " excluded")
					.isEqualTo(nearest.subList(excluded, excluded + K).stream().map((i) -> "d" + i).toList());
			}
		}
	}

	@Test
	void copiesAreAllReturnedAndHideNoOtherDocument() {
		List<Document> documents = new ArrayList<>();
		List<float[]> embeddings = new ArrayList<>(this.vectors);
		float[] copied = this.vectors.get(7);
		for (int i = 0; i < DOCUMENTS; i++) {
			documents.add(new Document("d" + i, "text " + i, Map.of()));
		}
		for (int i = 0; i < COPIES; i++) {
			documents.add(new Document("copy" + i, "copied text", Map.of()));
			embeddings.add(copied.clone());
		}
		this.store.add(documents, embeddings);
		Set<String> copies = new HashSet<>(List.of("d7"));
		IntStream.range(0, COPIES).forEach((i) -> copies.add("copy" + i));
		float[] near = gaussian(copied, 0.05f);

		List<String> found = ids(this.store.similaritySearch(near, request(COPIES + 1 + K)));

		assertThat(found.subList(0, copies.size())).containsExactlyInAnyOrderElementsOf(copies);
		List<String> others = nearest(near).stream().map((i) -> "d" + i).filter((id) -> !id.equals("d7")).toList();
		assertThat(found.subList(copies.size(), found.size())).isEqualTo(others.subList(0, K));
		for (int i = 0; i < DOCUMENTS; i++) {
			if (i != 7) {
				assertThat(ids(this.store.similaritySearch(this.vectors.get(i), request(1)))).containsExactly("d" + i);
			}
		}
		this.store.delete(List.of("d7", "copy0", "copy299"));
		copies.removeAll(Arrays.asList("d7", "copy0", "copy299"));
		assertThat(ids(this.store.similaritySearch(near, request(copies.size()))))
			.containsExactlyInAnyOrderElementsOf(copies);
	}

	private static SearchRequest request(int k) {
		return SearchRequest.builder().topK(k).build();
	}

}
