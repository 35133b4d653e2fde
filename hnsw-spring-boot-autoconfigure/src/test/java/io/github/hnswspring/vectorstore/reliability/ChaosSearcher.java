package io.github.hnswspring.vectorstore.reliability;

import java.time.Instant;
import java.util.List;
import java.util.Random;

import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchPage;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * Asks one part of a store in all ways there are, with words of all parts, and says what
 * comes from elsewhere or has ended. Confined to one thread.
 */
final class ChaosSearcher {

	/** Questions begin with it, and texts do not. */
	static final String QUESTION = "question";

	private static final List<String> PARTS = List.of(ChaosDocuments.PLAIN, ChaosDocuments.CACHE, ChaosDocuments.ACME,
			ChaosDocuments.SYNCED);

	private final String part;

	private final DocumentStore store;

	private final Random random;

	ChaosSearcher(String part, DocumentStore store, Random random) {
		this.part = part;
		this.store = store;
		this.random = random;
	}

	/** Asks once. */
	void work() {
		long before = System.currentTimeMillis();
		String other = PARTS.get(this.random.nextInt(PARTS.size()));
		SearchRequest.Builder request = SearchRequest.builder()
			.query(QUESTION + " " + other + " word" + this.random.nextInt(300))
			.topK(1 + this.random.nextInt(20));
		if (this.random.nextInt(3) == 0) {
			request.filterExpression("NOT group == 'g" + this.random.nextInt(ChaosDocuments.GROUPS) + "'");
		}
		HnswSearchRequest asked = HnswSearchRequest.of(request.build())
			.withMode(SearchMode.values()[this.random.nextInt(SearchMode.values().length)]);
		switch (this.random.nextInt(8)) {
			case 0 -> check("group", this.store.similaritySearch(asked.withGroupBy("group", 2)), before);
			case 1 -> {
				SearchPage page = this.store.search(asked, null);
				check("page", page.documents(), before);
				if (page.next() != null) {
					nextPage(asked, page.next(), before);
				}
			}
			case 2 -> check("list", this.store.list(null, DocumentPageRequest.first(50)).documents(), before);
			case 3 -> check("get", this.store.get(List.of(other.charAt(0) + "-" + this.random.nextInt(60))), before);
			default -> check("search " + asked.getMode(), this.store.similaritySearch(asked), before);
		}
		ChaosVictim.say("N|searches");
		// Who writes shall have a turn, too.
		ChaosVictim.pause(3);
	}

	/** A switch to another model in between ends the pages, and the message says so. */
	private void nextPage(HnswSearchRequest asked, String token, long before) {
		try {
			check("next page", this.store.search(asked, token).documents(), before);
		}
		catch (IllegalArgumentException ex) {
			if (!String.valueOf(ex.getMessage()).contains("a migration may have ended meanwhile")) {
				throw ex;
			}
		}
	}

	private void check(String how, List<Document> documents, long before) {
		for (Document document : documents) {
			if (ChaosDocuments.read(this.part, document) == null) {
				ChaosVictim.say("F|" + how + " of " + this.part + " shows " + document.toString().replace('\n', ' '));
			}
			Object end = document.getMetadata().get("expiresAt");
			if (end instanceof Instant instant && instant.toEpochMilli() <= before) {
				ChaosVictim
					.say("F|" + how + " at " + before + " shows what has ended: " + document.getId() + " at " + end);
			}
		}
	}

}
