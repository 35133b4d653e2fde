package io.github.hnswspring.retrieval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.hnswspring.vectorstore.HitMetadata;

import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.retrieval.join.DocumentJoiner;
import org.springframework.util.Assert;

/**
 * Makes one list of those that several queries, or several sources, gave, by reciprocal
 * rank fusion (Cormack, Clarke, Büttcher: Reciprocal Rank Fusion Outperforms Condorcet
 * and Individual Rank Learning Methods, SIGIR 2009). What counts is the order of each
 * list; scores of different questions, stores or modes cannot be compared and are not.
 * One list alone keeps its order.
 *
 * <p>
 * Each document, known by its id, appears once, as it was in the list where it stood
 * best; if it stood equally well in several, as it was where its score was largest, and
 * of equal scores the text and then the metadata, printed in the order of its keys,
 * decide. Its score becomes 1 if it is first in all lists and falls towards 0 with its
 * ranks and with the lists that do not have it. So the result is the same whatever order
 * the lists come in.
 *
 * <p>
 * Passages that are there as {@linkplain HitMetadata#NEIGHBOR_OF neighbours} have no rank
 * and no score. They go where the hit goes beside which they stand, in their order before
 * and after it; one that is a hit in any list is a hit, and the neighbour of two hits
 * stands beside the first. One whose hit is not in its list counts as a hit.
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

	/**
	 * Which of those that stood equally well is kept, so that the order of lists does not
	 * matter.
	 */
	private static final Comparator<Document> KEPT_FIRST = Comparator
		.comparing(Document::getScore, Comparator.nullsFirst(Comparator.<Double>naturalOrder()))
		.reversed()
		.thenComparing(Document::getText, Comparator.nullsFirst(Comparator.naturalOrder()))
		.thenComparing((document) -> new TreeMap<>(document.getMetadata()).toString());

	/** Makes a joiner; all of them do the same. */
	public RankFusionDocumentJoiner() {
	}

	/**
	 * Joins lists of documents.
	 * @param documentsForQuery for each query a list of each source, best first
	 * @return all documents, best first, and their neighbours beside them; the list may
	 * be changed
	 */
	@Override
	public List<Document> join(Map<Query, List<List<Document>>> documentsForQuery) {
		Assert.notNull(documentsForQuery, "The documents must not be null; pass a map, which may be empty");
		List<List<Document>> lists = documentsForQuery.values().stream().flatMap(List::stream).toList();
		Map<String, Joined> joined = new LinkedHashMap<>();
		for (List<Document> list : lists) {
			for (Place place : places(list)) {
				joined.computeIfAbsent(place.document().getId(), (id) -> new Joined()).places.add(place);
			}
		}
		joined.values().forEach((each) -> each.places.sort(Place.BEST_FIRST));
		Set<String> taken = new HashSet<>(joined.keySet());
		List<Document> documents = new ArrayList<>();
		for (Joined each : joined.values().stream().sorted(BEST_FIRST).toList()) {
			addFree(documents, each.neighbors(Place::before), taken);
			documents.add(each.document().mutate().score(each.sum() / lists.size()).build());
			addFree(documents, each.neighbors(Place::after), taken);
		}
		return documents;
	}

	private static void addFree(List<Document> documents, List<Document> neighbors, Set<String> taken) {
		neighbors.stream().filter((neighbor) -> taken.add(neighbor.getId())).forEach(documents::add);
	}

	/** The hits of a list in their order, each once, with their neighbours. */
	private static Iterable<Place> places(List<Document> list) {
		Set<String> hits = list.stream()
			.filter((document) -> !document.getMetadata().containsKey(HitMetadata.NEIGHBOR_OF))
			.map(Document::getId)
			.collect(Collectors.toSet());
		Map<Object, Place> places = new LinkedHashMap<>();
		Map<Object, List<Document>> early = new LinkedHashMap<>();
		for (Document document : list) {
			Object of = document.getMetadata().get(HitMetadata.NEIGHBOR_OF);
			if (of == null || !hits.contains(of)) {
				places.computeIfAbsent(document.getId(), (id) -> new Place(document, places.size() + 1,
						early.getOrDefault(id, List.of()), new ArrayList<>()));
			}
			else if (places.containsKey(of)) {
				places.get(of).after().add(document);
			}
			else {
				early.computeIfAbsent(of, (id) -> new ArrayList<>()).add(document);
			}
		}
		return places.values();
	}

	/**
	 * Where a hit stands in one list.
	 *
	 * @param document the hit
	 * @param rank from 1, among the hits
	 * @param before its neighbours before it
	 * @param after its neighbours after it
	 */
	private record Place(Document document, int rank, List<Document> before, List<Document> after) {

		/**
		 * Of equal ranks that of the document to be kept, and then that with most
		 * neighbours, so that no order of lists decides.
		 */
		static final Comparator<Place> BEST_FIRST = Comparator.comparingInt(Place::rank)
			.thenComparing(Place::document, KEPT_FIRST)
			.thenComparingInt((place) -> -place.before().size() - place.after().size())
			.thenComparing((place) -> "" + ids(place.before()) + ids(place.after()));

		private static List<String> ids(List<Document> documents) {
			return documents.stream().map(Document::getId).toList();
		}

	}

	/** A hit and its places. Confined to one call. */
	private static final class Joined {

		private final List<Place> places = new ArrayList<>();

		Document document() {
			return this.places.get(0).document();
		}

		String id() {
			return document().getId();
		}

		int bestRank() {
			return this.places.get(0).rank();
		}

		/** Added in one order, because sums of doubles depend on it. */
		double sum() {
			return this.places.stream()
				.mapToDouble((place) -> (RANK_OFFSET + 1.0) / (RANK_OFFSET + place.rank()))
				.sum();
		}

		/**
		 * Those of the best place, and others before what follows them in their list.
		 */
		List<Document> neighbors(Function<Place, List<Document>> side) {
			List<Document> all = new ArrayList<>(side.apply(this.places.get(0)));
			for (Place place : this.places.subList(1, this.places.size())) {
				List<Document> others = side.apply(place);
				int at = all.size();
				for (int i = others.size() - 1; i >= 0; i--) {
					int known = Place.ids(all).indexOf(others.get(i).getId());
					if (known >= 0) {
						at = known;
					}
					else {
						all.add(at, others.get(i));
					}
				}
			}
			return all;
		}

	}

}
