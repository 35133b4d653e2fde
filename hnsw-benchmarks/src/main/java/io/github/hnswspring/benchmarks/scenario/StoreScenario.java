package io.github.hnswspring.benchmarks.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.hnswspring.benchmarks.data.VectorFile;
import io.github.hnswspring.benchmarks.engine.GivenEmbeddings;
import io.github.hnswspring.benchmarks.engine.Searcher;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * What {@code HnswVectorStore.similaritySearch} adds to a search of its index: documents
 * with text and metadata are fetched from the database, scores set, observations begun.
 * Embedding costs nothing here: the model returns a given vector. All ways of searching
 * take turns, forwards and backwards, in blocks of queries. Every document has 600
 * characters of text and four metadata entries.
 */
final class StoreScenario implements Scenario {

	private static final int BATCH = 500;

	private static final int BLOCK = 100;

	private static final int MAX_BLOCKS = 20_000;

	private static final String TEXT = "x".repeat(590);

	@Override
	public void run(ScenarioContext context) throws IOException {
		Path directory = context.directory().resolve("store");
		clear(directory);
		GivenEmbeddings embeddings = new GivenEmbeddings();
		HnswVectorStore.Builder builder = HnswVectorStore.builder(embeddings)
			.directory(directory)
			.metric(context.metric())
			.m(context.m())
			.efConstruction(context.efConstruction())
			.quantization(context.quantization());
		if (context.efs().get(0) != Searcher.DEFAULT_EF) {
			builder.efSearch(context.efs().get(0));
		}
		HnswVectorStore store = builder.build();
		try {
			store.start();
			fill(store, context);
			compare(store, embeddings, context);
		}
		finally {
			store.close();
			clear(directory);
		}
	}

	private static void fill(HnswVectorStore store, ScenarioContext context) {
		VectorFile base = context.dataset().base();
		long start = System.nanoTime();
		for (int from = 0; from < base.rows(); from += BATCH) {
			List<Document> documents = new ArrayList<>();
			List<float[]> vectors = new ArrayList<>();
			for (int row = from; row < Math.min(base.rows(), from + BATCH); row++) {
				documents.add(new Document(Integer.toString(row), row + TEXT,
						Map.of("source", "file-" + row % 50, "page", row % 300, "language", "en", "score", row / 7.0)));
				vectors.add(base.row(row));
			}
			store.add(documents, vectors);
			context.progress().accept("stored " + (from + documents.size()) + " of " + base.rows());
		}
		double seconds = (System.nanoTime() - start) / 1e9;
		context.out().accept(new ScenarioPoint("ingest", base.rows(), -1, base.rows() / seconds, -1, -1, seconds, -1));
	}

	private static void compare(HnswVectorStore store, GivenEmbeddings embeddings, ScenarioContext context) {
		HnswIndex index = store.index();
		int ef = context.efs().get(0);
		SearchRequest all = SearchRequest.builder().query("q").topK(ScenarioContext.K).build();
		SearchRequest filtered = SearchRequest.builder()
			.query("q")
			.topK(ScenarioContext.K)
			.filterExpression("source == 'file-7'")
			.build();
		Map<String, Search> ways = new LinkedHashMap<>();
		ways.put("index.search", (query) -> index.search(ScenarioContext.query(query, ef)).size());
		ways.put("store.similaritySearch(request)", (query) -> {
			embeddings.query(query);
			return store.similaritySearch(all).size();
		});
		ways.put("store.similaritySearch(vector, request)", (query) -> store.similaritySearch(query, all).size());
		ways.put("store.similaritySearch(request), filter of 2 %", (query) -> {
			embeddings.query(query);
			return store.similaritySearch(filtered).size();
		});
		rounds(ways, context, 10 * context.millis()).clear();
		Map<String, long[]> latencies = rounds(ways, context, 10 * context.millis());
		latencies.forEach((way, nanos) -> report(way, nanos, context));
	}

	private static Map<String, long[]> rounds(Map<String, Search> ways, ScenarioContext context, long millis) {
		float[][] queries = context.queries();
		List<Map.Entry<String, Search>> order = new ArrayList<>(ways.entrySet());
		Map<String, long[]> latencies = new LinkedHashMap<>();
		ways.keySet().forEach((way) -> latencies.put(way, new long[0]));
		long start = System.nanoTime();
		for (int block = 0; block < MAX_BLOCKS && System.nanoTime() - start < millis * 1_000_000; block++) {
			for (Map.Entry<String, Search> way : order) {
				long[] some = block(way.getValue(), queries, block);
				latencies.merge(way.getKey(), some, StoreScenario::append);
			}
			java.util.Collections.reverse(order);
		}
		return latencies;
	}

	private static long[] append(long[] known, long[] some) {
		long[] all = Arrays.copyOf(known, known.length + some.length);
		System.arraycopy(some, 0, all, known.length, some.length);
		return all;
	}

	private static long[] block(Search search, float[][] queries, int block) {
		long[] nanos = new long[BLOCK];
		for (int i = 0; i < BLOCK; i++) {
			float[] query = queries[(block * BLOCK + i) % queries.length];
			long before = System.nanoTime();
			int found = search.apply(query);
			nanos[i] = System.nanoTime() - before;
			if (found == 0) {
				throw new IllegalStateException("A search found nothing");
			}
		}
		return nanos;
	}

	private static void report(String way, long[] nanos, ScenarioContext context) {
		long[] sorted = nanos.clone();
		Arrays.sort(sorted);
		double seconds = Arrays.stream(sorted).sum() / 1e9;
		context.out()
			.accept(new ScenarioPoint(way, context.dataset().base().rows(), -1, sorted.length / seconds,
					sorted[sorted.length / 2] / 1e3, sorted[sorted.length * 99 / 100] / 1e3, seconds, -1));
	}

	static void clear(Path directory) throws IOException {
		if (Files.isDirectory(directory)) {
			try (Stream<Path> files = Files.walk(directory)) {
				for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
					Files.delete(file);
				}
			}
		}
	}

	/**
	 * A search; returns how many it found.
	 */
	@FunctionalInterface
	private interface Search {

		int apply(float[] query);

	}

}
