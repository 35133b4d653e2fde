package io.github.hnswspring.vectorstore.reliability;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * Documents nobody changes, which each search for them must find, whatever happens to the
 * store and its model. Stateless.
 */
final class KeptDocuments {

	private static final String PART = "kept";

	private KeptDocuments() {
	}

	static List<Document> first(int count) {
		return IntStream.range(0, count)
			.mapToObj((number) -> new Document(name(number), text(number), Map.of()))
			.toList();
	}

	static String text(int number) {
		return ChaosDocuments.text(PART, name(number), 0);
	}

	private static String name(int number) {
		return "k-" + number;
	}

	/** Each is found by its vector. */
	static int check(HnswVectorStore store, TestEmbeddingModel embedding, int count, ChaosModel model) {
		for (int i = 0; i < count; i++) {
			SearchRequest request = SearchRequest.builder().query("").topK(1).build();
			List<String> nearest = store
				.similaritySearch(HnswSearchRequest.of(request).withVector(embedding.vector(text(i))).withExactSearch())
				.stream()
				.map(Document::getId)
				.toList();
			if (!nearest.equals(List.of(name(i)))) {
				model.violation(name(i) + " is not found by its vector, but " + nearest);
			}
		}
		return count;
	}

	/** Searches for one of the first, and says so. */
	static void search(HnswVectorStore store, int count, Random random) {
		int number = random.nextInt(count);
		SearchRequest request = SearchRequest.builder()
			.query(ChaosSearcher.QUESTION + " " + text(number))
			.topK(5)
			.build();
		long begin = System.nanoTime();
		List<Document> hits = store.similaritySearch(request);
		Duration took = Duration.ofNanos(System.nanoTime() - begin);
		if (hits.stream().noneMatch((hit) -> hit.getId().equals(name(number)))) {
			ChaosVictim.say("F|a search for " + name(number) + " answers " + hits.stream().map(Document::getId).toList()
					+ " (" + store.status().migration() + ")");
		}
		if (took.toSeconds() >= 10) {
			ChaosVictim.say("F|a search took " + took);
		}
		ChaosVictim.say("N|searches");
		ChaosVictim.pause(5);
	}

}
