package io.github.hnswspring.benchmarks.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.hnswspring.benchmarks.data.VectorFile;
import io.github.hnswspring.vectorstore.DocumentStore;

import org.springframework.ai.document.Document;

/**
 * Gives documents one after the other, with their embeddings. Beyond the last vector it
 * begins with the first one again, under new ids. Thread-safe.
 */
final class DocumentFeed {

	private final VectorFile base;

	private final AtomicInteger next = new AtomicInteger();

	DocumentFeed(VectorFile base) {
		this.base = base;
	}

	/**
	 * Adds the next documents, in one call.
	 * @param store takes them
	 * @param count how many
	 * @return the id of the last one
	 */
	String add(DocumentStore store, int count) {
		List<Document> documents = new ArrayList<>(count);
		List<float[]> vectors = new ArrayList<>(count);
		int from = this.next.getAndAdd(count);
		for (int row = from; row < from + count; row++) {
			documents.add(Documents.of(row));
			vectors.add(this.base.row(row % this.base.rows()));
		}
		store.add(documents, vectors);
		return documents.get(count - 1).getId();
	}

	/**
	 * Adds documents until there are so many, in calls of {@value WriteCosts#BATCH}.
	 * @param store takes them
	 * @param end the number of the first that is not added
	 */
	void addUntil(DocumentStore store, int end) {
		while (this.next.get() < end) {
			add(store, Math.min(WriteCosts.BATCH, end - this.next.get()));
		}
	}

}
