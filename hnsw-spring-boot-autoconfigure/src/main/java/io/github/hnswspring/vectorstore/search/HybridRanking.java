package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.text.TextHit;

/**
 * By meaning and words: two lists of ranks, put together by reciprocal rank fusion
 * (Cormack, Clarke, Büttcher: Reciprocal Rank Fusion Outperforms Condorcet and Individual
 * Rank Learning Methods, SIGIR 2009). Confined to one search.
 */
final class HybridRanking implements Ranking {

	/**
	 * The best of each list, within the threshold, that are put together, or as many as
	 * are asked for.
	 */
	private static final int DEPTH = 100;

	/**
	 * What only has words that most documents have ranks by chance. BM25 gives a few
	 * millionths for each of these.
	 */
	private static final double TELLING = 0.001;

	/** The constant of the fusion; the larger, the less the first ranks count. */
	private static final int RANK_OFFSET = 60;

	private static final Comparator<Hit> BEST_FIRST = Comparator.comparingDouble((Hit hit) -> -hit.score())
		.thenComparingDouble(Hit::orderedDistance)
		.thenComparingLong(Hit::key);

	private final WordHits words;

	private final DenseRanking dense;

	private final long documents;

	private final HnswSearchRequest request;

	private final boolean acceptsAll;

	/** The request's, or what the words that are found first say. */
	private @Nullable Double textWeight;

	HybridRanking(Question question, WordHits words) {
		this.words = words;
		this.dense = new DenseRanking(question, PagePosition.ONLY);
		this.documents = question.session().writer().documents();
		this.textWeight = question.request().getTextWeight();
		this.request = question.request();
		this.acceptsAll = question.acceptsAll();
	}

	/** Whether a BM25 ranks: any does, if the request says how much words count. */
	static boolean counts(double textScore, HnswSearchRequest request) {
		return textScore >= TELLING || request.getTextWeight() != null;
	}

	/** How many of each list are put together for so many documents. */
	static int lists(int count) {
		return Math.max(DEPTH, count);
	}

	@Override
	public int depth(int count) {
		return lists(count);
	}

	/** What a rank counts: 1 for the first, less for others. */
	static double share(int rank) {
		return (rank > 0) ? (RANK_OFFSET + 1.0) / (RANK_OFFSET + rank) : 0;
	}

	@Override
	public List<Hit> best(SqlConnection connection, @Nullable IdSet wanted, int count, int before) throws SQLException {
		int depth = depth(count);
		List<Hit> near = this.dense.best(connection, wanted, depth, before);
		List<Hit> found = this.words.best(connection, wanted, depth, depth,
				(hits) -> passing(connection, near, hits, wanted));
		return fuse(near, found, before);
	}

	@Override
	public Map<KeySet, List<Hit>> bestOfEach(SqlConnection connection, List<KeySet> sets, int count, int before)
			throws SQLException {
		KeySet all = sets.stream().reduce(KeySet.EMPTY, KeySet::or);
		Map<KeySet, List<Hit>> near = this.dense.bestOfEach(connection, sets, depth(count), before);
		List<Hit> nearAll = near.values().stream().flatMap(List::stream).toList();
		List<Hit> found = passing(connection, nearAll, this.words.find(connection, all, (int) all.cardinality()), all);
		Map<KeySet, List<Hit>> best = new HashMap<>();
		TextRanking.divide(found, sets, depth(count))
			.forEach((set, hits) -> best.put(set, fuse(near.getOrDefault(set, List.of()), hits, before)));
		return best;
	}

	/**
	 * Gives what was found by words its exact distance, which is known of what was found
	 * by meaning too; leaves out what the threshold does. A document without a usable
	 * vector has no distance: it reaches no threshold, and counts where there is none.
	 */
	private List<Hit> passing(SqlConnection connection, List<Hit> near, List<TextHit> hits, @Nullable IdSet wanted)
			throws SQLException {
		if (this.textWeight == null) {
			List<TextHit> counting = hits.stream().filter((hit) -> counts(hit.score(), this.request)).toList();
			this.textWeight = TextWeight.of(counting, (wanted != null) ? wanted.cardinality() : this.documents);
		}
		Map<Long, @Nullable Float> distances = new HashMap<>();
		near.forEach((hit) -> distances.put(hit.key(), hit.distance()));
		distances.putAll(this.words.distances(connection,
				hits.stream().filter((hit) -> !distances.containsKey(hit.key())).toList()));
		return hits.stream()
			.filter((hit) -> this.acceptsAll || distances.containsKey(hit.key()))
			.map((hit) -> new Hit(hit.key(), 0, distances.get(hit.key()), 0, 0, hit.score()))
			.toList();
	}

	/** All that have a score, best first; of equals the nearest first. */
	private List<Hit> fuse(List<Hit> near, List<Hit> found, int before) {
		Map<Long, Hit> hits = new LinkedHashMap<>();
		int rank = before;
		for (Hit hit : near) {
			hits.put(hit.key(), ranked(hit, ++rank, 0, 0));
		}
		rank = before;
		for (Hit hit : found) {
			if (!counts(hit.textScore(), this.request)) {
				break;
			}
			Hit also = hits.get(hit.key());
			hits.put(hit.key(), ranked(hit, (also != null) ? also.denseRank() : 0, ++rank, hit.textScore()));
		}
		return best(hits.values());
	}

	private Hit ranked(Hit hit, int denseRank, int textRank, double textScore) {
		double weight = Objects.requireNonNull(this.textWeight);
		double score = (1 - weight) * share(denseRank) + weight * share(textRank);
		return new Hit(hit.key(), score, hit.distance(), denseRank, textRank, textScore);
	}

	private static List<Hit> best(Collection<Hit> hits) {
		List<Hit> best = new ArrayList<>(hits);
		best.removeIf((hit) -> hit.score() <= 0);
		best.sort(BEST_FIRST);
		return best;
	}

	/** Ranks of several lists say nothing of each other. */
	@Override
	public Comparator<Hit> order() {
		return (first, second) -> 0;
	}

}
