package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.text.TextHit;

/** By words: the best by BM25 first. Confined to one search. */
final class TextRanking implements Ranking {

	private final Question question;

	private final WordHits words;

	private final PagePosition page;

	TextRanking(Question question, WordHits words, PagePosition page) {
		this.question = question;
		this.words = words;
		this.page = page;
	}

	@Override
	public List<Hit> best(SqlConnection connection, @Nullable IdSet wanted, int count, int before) throws SQLException {
		return this.words.best(connection, wanted, this.page.isPlace() ? count + before : count, count,
				(found) -> passing(connection, behind(found), before));
	}

	/**
	 * Those behind the page before. Scores change with every document that is written, so
	 * the last one shown tells the place, and only if it has gone its score does.
	 */
	private List<TextHit> behind(List<TextHit> hits) {
		if (!this.page.isPlace()) {
			return hits;
		}
		int place = 0;
		for (int i = 0; i < hits.size(); i++) {
			TextHit hit = hits.get(i);
			if (hit.key() == this.page.key()) {
				return hits.subList(i + 1, hits.size());
			}
			if (hit.score() > this.page.number()
					|| (hit.score() == this.page.number() && hit.key() < this.page.key())) {
				place = i + 1;
			}
		}
		return hits.subList(place, hits.size());
	}

	/** One question for all sets: SQLite looks at every document that matches anyway. */
	@Override
	public Map<KeySet, List<Hit>> bestOfEach(SqlConnection connection, List<KeySet> sets, int count, int before)
			throws SQLException {
		KeySet all = sets.stream().reduce(KeySet.EMPTY, KeySet::or);
		List<Hit> hits = passing(connection, this.words.find(connection, all, (int) all.cardinality()), before);
		return divide(hits, sets, count);
	}

	static Map<KeySet, List<Hit>> divide(List<Hit> hits, List<KeySet> sets, int count) {
		Map<KeySet, List<Hit>> best = new HashMap<>();
		for (KeySet set : sets) {
			best.put(set, hits.stream().filter((hit) -> set.contains(hit.key())).limit(count).toList());
		}
		return best;
	}

	/** Leaves out what the threshold does; the others have ranks. */
	private List<Hit> passing(SqlConnection connection, List<TextHit> hits, int before) throws SQLException {
		Map<Long, Float> distances = (this.question.vector() != null) ? this.words.distances(connection, hits) : null;
		List<Hit> passing = new ArrayList<>();
		for (TextHit hit : hits) {
			Float distance = (distances != null) ? distances.get(hit.key()) : null;
			if (distances == null || distance != null || this.question.acceptsAll()) {
				int rank = before + passing.size() + 1;
				passing.add(new Hit(hit.key(), HybridRanking.share(rank), distance, 0, rank, hit.score()));
			}
		}
		return passing;
	}

	@Override
	public Comparator<Hit> order() {
		return Comparator.comparingDouble((Hit hit) -> -hit.textScore()).thenComparingLong(Hit::key);
	}

}
