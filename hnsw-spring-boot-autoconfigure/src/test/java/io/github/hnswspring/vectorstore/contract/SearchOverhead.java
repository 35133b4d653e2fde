package io.github.hnswspring.vectorstore.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntConsumer;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.util.FileSystemUtils;

/**
 * Measures what a search of the store adds to a search of its index: reading ten
 * documents, decoding their metadata, scores, observation. A program, not a test: timings
 * are no reason to fail a build. Run it with the test class path; arguments: number of
 * documents (20,000), dimensions (384).
 */
final class SearchOverhead {

	private static final int K = 10;

	private static final int ROUNDS = 5;

	private static final int SEARCHES = 2_000;

	private final Random random = new Random(42);

	private final int documents;

	private final int dimensions;

	private SearchOverhead(int documents, int dimensions) {
		this.documents = documents;
		this.dimensions = dimensions;
	}

	public static void main(String[] arguments) throws IOException {
		int documents = (arguments.length > 0) ? Integer.parseInt(arguments[0]) : 20_000;
		int dimensions = (arguments.length > 1) ? Integer.parseInt(arguments[1]) : 384;
		new SearchOverhead(documents, dimensions).run();
	}

	private void run() throws IOException {
		Path directory = Files.createTempDirectory("search-overhead");
		try (HnswVectorStore store = HnswVectorStore.builder(new TestEmbeddingModel()).directory(directory).build()) {
			fill(store);
			float[][] queries = new float[SEARCHES][];
			Arrays.setAll(queries, (i) -> vector());
			SearchRequest plain = SearchRequest.builder().topK(K).similarityThresholdAll().build();
			SearchRequest filtered = SearchRequest.from(plain).filterExpression("tenant == 't3'").build();
			for (int round = 1; round <= ROUNDS; round++) {
				double index = median((i) -> store.index().search(queries[i], K));
				double search = median((i) -> store.similaritySearch(queries[i], plain));
				double withFilter = median((i) -> store.similaritySearch(queries[i], filtered));
				System.out.printf(
						"round %d, median of %d: index %.0f us, store %.0f us (adds %.0f us), filtered %.0f us%n",
						round, SEARCHES, index, search, search - index, withFilter);
			}
		}
		finally {
			FileSystemUtils.deleteRecursively(directory);
		}
	}

	private void fill(HnswVectorStore store) {
		String text = "Lorem ipsum dolor sit amet, consetetur sadipscing elitr. ".repeat(11);
		for (int from = 0; from < this.documents; from += 500) {
			List<Document> batch = new ArrayList<>();
			List<float[]> vectors = new ArrayList<>();
			for (int i = from; i < Math.min(from + 500, this.documents); i++) {
				Map<String, Object> metadata = Map.of("source", "guide" + i % 100 + ".md", "page", i % 50, "tenant",
						"t" + i % 10, "score", i / 7.0, "ingested", 1_700_000_000_000L + i);
				batch.add(new Document("document-" + i, text + i, metadata));
				vectors.add(vector());
			}
			store.add(batch, vectors);
		}
	}

	private float[] vector() {
		float[] vector = new float[this.dimensions];
		for (int i = 0; i < vector.length; i++) {
			vector[i] = (float) this.random.nextGaussian();
		}
		return vector;
	}

	/** Microseconds a call; the median, because others share the machine. */
	private static double median(IntConsumer call) {
		long[] nanos = new long[SEARCHES];
		for (int i = 0; i < SEARCHES; i++) {
			long start = System.nanoTime();
			call.accept(i);
			nanos[i] = System.nanoTime() - start;
		}
		Arrays.sort(nanos);
		return nanos[SEARCHES / 2] / 1e3;
	}

}
