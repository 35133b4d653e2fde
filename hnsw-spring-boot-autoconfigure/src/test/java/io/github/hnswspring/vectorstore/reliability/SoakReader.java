package io.github.hnswspring.vectorstore.reliability;

import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * Searches and reads, and looks whether what comes back fits together. Confined to one
 * thread.
 */
final class SoakReader {

	private final Random random;

	SoakReader(Random random) {
		this.random = random;
	}

	/** Asks one question. */
	void read(HnswVectorStore store) {
		String group = SoakWriter.anyGroup(this.random);
		SearchRequest.Builder request = SearchRequest.builder()
			.query("word" + this.random.nextInt(500) + " word" + this.random.nextInt(500))
			.topK(1 + this.random.nextInt(20));
		switch (this.random.nextInt(5)) {
			case 0 -> check(store.similaritySearch(request.filterExpression(SoakWriter.ofGroup(group)).build()), group);
			case 1 -> check(store.list(SoakWriter.ofGroup(group), DocumentPageRequest.first(10)).documents(), group);
			case 2 -> {
				String id = group.replaceFirst("g", "-");
				check(store.get(List.of(id, "unknown")), group);
				store.exists(id);
				store.count(SoakWriter.ofGroup(group));
			}
			default -> check(store.similaritySearch(request.build()), null);
		}
	}

	private static void check(List<Document> documents, @Nullable String group) {
		for (Document document : documents) {
			String actual = SoakWriter.group(document.getId());
			boolean whole = actual.equals(document.getMetadata().get("group"))
					&& String.valueOf(document.getText()).startsWith(document.getId() + " v");
			if (!whole || (group != null && !group.equals(actual))) {
				throw new AssertionError(document + " is not a document of " + group);
			}
		}
	}

}
