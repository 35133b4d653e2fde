package io.github.hnswspring.retrieval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.retrieval.join.DocumentJoiner;

/**
 * Makes one list of those that several queries, or several sources, gave, by reciprocal
 * rank fusion (Cormack, Clarke, Büttcher: Reciprocal Rank Fusion Outperforms Condorcet
 * and Individual Rank Learning Methods, SIGIR 2009). What counts is the order of each
 * list; scores of different questions, stores or modes cannot be compared and are not.
 *
 * <p>
 * Each document, known by its id, appears once, as it was in the list where it stood
 * best. Its score becomes 1 if it is first in all lists and falls towards 0 with its
 * ranks and with the lists that do not have it. The result is the same whatever order the
 * lists come in.
 *
 * <p>
 * Thread-safe: stateless.
 */
public final class RankFusionDocumentJoiner implements DocumentJoiner {

	/** As in hybrid searches; the larger, the less the first ranks count. */
	private static final int RANK_OFFSET = 60;

	private static final Comparator<Joined> BEST_FIRST = Comparator.comparingDouble((Joined joined) -> -joined.sum())
		.thenComparingInt(Joined::bestRank)
		.thenComparing(Joined::id);

	/** Makes a joiner; all of them do the same. */
	public RankFusionDocumentJoiner() {
	}

	/**
	 * Joins lists of documents.
	 * @param documentsForQuery for each query a list of each source, best first
	 * @return all documents, best first; the list may be changed
	 */
	@Override
	public List<Document> join(Map<Query, List<List<Document>>> documentsForQuery) {
		List<List<Document>> lists = documentsForQuery.values().stream().flatMap(List::stream).toList();
		Map<String, Joined> joined = new HashMap<>();
		for (List<Document> list : lists) {
			Set<String> seen = new HashSet<>();
			int rank = 0;
			for (Document document : list) {
				rank++;
				if (seen.add(document.getId())) {
					joined.computeIfAbsent(document.getId(), (id) -> new Joined(document)).add(document, rank);
				}
			}
		}
		List<Document> documents = new ArrayList<>();
		for (Joined each : joined.values().stream().sorted(BEST_FIRST).toList()) {
			documents.add(each.document.mutate().score(each.sum() / lists.size()).build());
		}
		return documents;
	}

	/** A document and its ranks. Confined to one call. */
	private static final class Joined {

		private final List<Integer> ranks = new ArrayList<>();

		private Document document;

		Joined(Document document) {
			this.document = document;
		}

		void add(Document found, int rank) {
			if (this.ranks.isEmpty() || rank < bestRank()) {
				this.document = found;
			}
			this.ranks.add(rank);
		}

		String id() {
			return this.document.getId();
		}

		int bestRank() {
			return Collections.min(this.ranks);
		}

		/** Added in one order, because sums of doubles depend on it. */
		double sum() {
			return this.ranks.stream().sorted().mapToDouble((rank) -> (RANK_OFFSET + 1.0) / (RANK_OFFSET + rank)).sum();
		}

	}

}
