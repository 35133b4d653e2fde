package io.github.hnswspring.vectorstore.write;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.util.StringUtils;

/**
 * Which documents have a known embedding and in which batches the others are embedded;
 * every content once. Confined to one call.
 */
public final class EmbeddingPlan {

	private final List<Draft> known;

	private final List<List<Group>> batches;

	private final Refusals refused;

	private EmbeddingPlan(List<Draft> known, List<List<Group>> batches, Refusals refused) {
		this.known = known;
		this.batches = batches;
		this.refused = refused;
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
		Refusals refused = new Refusals();
		for (List<Draft> drafts : unknown) {
			if (drafts.get(0).isBlank()) {
				refused.add(drafts.size(), () -> StringUtils.capitalize(new Group(drafts).name())
						+ " has nothing to embed: its text is blank. Leave it out, or give it a text");
				continue;
			}
			Document representative = whole(drafts.get(0).document());
			representatives.add(representative);
			byDocument.put(representative, new Group(drafts));
			byId.put(representative.getId(), new Group(drafts));
		}
		List<List<Group>> batches = new ArrayList<>();
		int planned = 0;
		for (List<Document> batch : batch(representatives, batching, byDocument, refused)) {
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
		if (planned != representatives.size()) {
			throw new IllegalStateException("Batching strategy " + batching.getClass().getName() + " returned "
					+ planned + " of " + representatives.size() + " documents; it must return each once");
		}
		return new EmbeddingPlan(known, batches, refused);
	}

	/**
	 * For a strategy to look at: that of Spring AI cannot count the tokens of a text that
	 * was cut in the middle of a character.
	 */
	private static Document whole(Document document) {
		String text = Objects.requireNonNullElse(document.getText(), "");
		if (WholeText.isWhole(text)) {
			return document;
		}
		Document whole = document.mutate().text(WholeText.of(text)).build();
		whole.setContentFormatter(document.getContentFormatter());
		return whole;
	}

	/**
	 * Batches documents without those the strategy refuses even alone, as that of Spring
	 * AI does with a document that is too long; these are taken out of the list.
	 */
	private static List<List<Document>> batch(List<Document> documents, BatchingStrategy batching,
			Map<Document, Group> groups, Refusals refused) {
		if (documents.isEmpty()) {
			return List.of();
		}
		try {
			return batching.batch(documents);
		}
		catch (RuntimeException ex) {
			Map<Document, RuntimeException> alone = new IdentityHashMap<>();
			List<Document> refusedAlone = documents.stream().filter((document) -> {
				RuntimeException reason = BatchingRefusal.of(document, batching);
				if (reason != null) {
					alone.put(document, reason);
				}
				return reason != null;
			}).toList();
			if (refusedAlone.isEmpty() || !BatchingRefusal.acceptsAny(batching)) {
				throw new IllegalStateException(BatchingRefusal.failure(batching, ex), ex);
			}
			for (Document document : refusedAlone) {
				Group group = Objects.requireNonNull(groups.get(document));
				RuntimeException reason = Objects.requireNonNull(alone.get(document));
				refused.add(group.drafts().size(),
						() -> BatchingRefusal.describe(group.name(), document, batching, reason));
			}
			documents.removeAll(refusedAlone);
			return batch(documents, batching);
		}
	}

	private static List<List<Document>> batch(List<Document> documents, BatchingStrategy batching) {
		try {
			return documents.isEmpty() ? List.of() : batching.batch(documents);
		}
		catch (RuntimeException ex) {
			throw new IllegalStateException(BatchingRefusal.failure(batching, ex), ex);
		}
	}

	/** Documents whose content has been embedded before. */
	public List<Draft> known() {
		return this.known;
	}

	/** What is embedded in one request each. */
	public List<List<Group>> batches() {
		return this.batches;
	}

	/** Documents without a text, or that the batching strategy refuses: in no batch. */
	Refusals refused() {
		return this.refused;
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
	public record Group(List<Draft> drafts) {

		/** The one that is embedded for all of them. */
		public Draft first() {
			return this.drafts.get(0);
		}

		/** What messages call it. */
		String name() {
			int others = this.drafts.size() - 1;
			return "document '" + first().id() + "'" + ((others > 0) ? " and " + others + " more of this content" : "");
		}

	}

}
