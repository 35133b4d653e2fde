package io.github.hnswspring.vectorstore;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;

/**
 * Which documents have a known embedding and in which batches the others are embedded;
 * every content once. Confined to one call.
 */
final class EmbeddingPlan {

	private final List<Draft> known;

	private final List<List<Group>> batches;

	private EmbeddingPlan(List<Draft> known, List<List<Group>> batches) {
		this.known = known;
		this.batches = batches;
	}

	/**
	 * Plans.
	 * @param known documents whose content has been embedded before
	 * @param unknown the others, grouped by content
	 * @param batching decides how much goes into one request
	 */
	static EmbeddingPlan of(List<Draft> known, Collection<List<Draft>> unknown, BatchingStrategy batching) {
		Map<Document, Group> byDocument = new IdentityHashMap<>();
		Map<String, Group> byId = new LinkedHashMap<>();
		List<Document> representatives = new ArrayList<>();
		for (List<Draft> drafts : unknown) {
			Document representative = drafts.get(0).document();
			representatives.add(representative);
			byDocument.put(representative, new Group(drafts));
			byId.put(representative.getId(), new Group(drafts));
		}
		List<List<Group>> batches = new ArrayList<>();
		int planned = 0;
		if (!representatives.isEmpty()) {
			for (List<Document> batch : batching.batch(representatives)) {
				List<Group> groups = new ArrayList<>();
				for (Document document : batch) {
					// A strategy may hand out copies; the id still tells them apart.
					Group group = byDocument.getOrDefault(document, byId.get(document.getId()));
					if (group != null) {
						groups.add(group);
						planned++;
					}
				}
				batches.add(groups);
			}
		}
		if (planned != representatives.size()) {
			throw new IllegalStateException("Batching strategy " + batching.getClass().getName() + " returned "
					+ planned + " of " + representatives.size() + " documents; it must return each once");
		}
		return new EmbeddingPlan(known, batches);
	}

	List<Draft> known() {
		return this.known;
	}

	List<List<Group>> batches() {
		return this.batches;
	}

	/** Embeds a document after all, because its known vector was deleted meanwhile. */
	void embedAfterAll(Draft draft) {
		this.batches.add(List.of(new Group(List.of(draft))));
	}

	/**
	 * Documents of the same content.
	 *
	 * @param drafts at least one
	 */
	record Group(List<Draft> drafts) {

	}

}
