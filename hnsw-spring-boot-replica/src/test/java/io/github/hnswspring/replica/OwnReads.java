package io.github.hnswspring.replica;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.fixtures.Concurrently;
import io.github.hnswspring.vectorstore.HnswSearchRequest;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * Looks on one instance for what was written through another, and tells it to have that.
 * Ids end in different letters, by which documents are found. Stateless.
 */
public final class OwnReads {

	public static final Duration PATIENCE = Replicas.PATIENCE;

	private OwnReads() {
	}

	public static Document document(String id, String text, int number) {
		return new Document(id, text, Map.of("n", number, "w", whose(id)));
	}

	/** A number for each of the ids. */
	private static int whose(String id) {
		return id.charAt(id.length() - 1);
	}

	public static int found(ReplicatedVectorStore store, String id, String position) {
		return found(store, id, position, PATIENCE);
	}

	/**
	 * The number of a document on an instance that has a position, -1 if it is not there.
	 */
	public static int found(ReplicatedVectorStore store, String id, String position, Duration timeout) {
		List<Document> found = store.similaritySearch(
				HnswSearchRequest.of(SearchRequest.builder().query("a river").topK(1).similarityThresholdAll().build())
					.withFilterExpression("w == " + whose(id))
					.withMinimumPosition(position, timeout));
		return found.isEmpty() ? -1 : ((Number) found.get(0).getMetadata().get("n")).intValue();
	}

	/**
	 * How many reads find less than what was written just before.
	 * @param writers how many write and read side by side
	 * @param reads of all of them together
	 */
	public static int older(ReplicatedVectorStore writer, ReplicatedVectorStore reader, int writers, int reads)
			throws Exception {
		AtomicInteger older = new AtomicInteger();
		List<CompletableFuture<Void>> running = new ArrayList<>();
		for (int i = 0; i < writers; i++) {
			String id = "w" + i;
			running.add(Concurrently.run(() -> {
				for (int number = 0; number < reads / writers; number++) {
					String position = writer.addAndGetPosition(List.of(document(id, "a river", number)));
					if (found(reader, id, position) < number) {
						older.incrementAndGet();
					}
				}
			}));
		}
		for (CompletableFuture<Void> each : running) {
			each.get(10, TimeUnit.MINUTES);
		}
		return older.get();
	}

}
