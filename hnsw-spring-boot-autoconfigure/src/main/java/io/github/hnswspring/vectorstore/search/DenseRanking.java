package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/** By meaning: the nearest vectors first. Confined to one search. */
final class DenseRanking implements Ranking {

	private final Question question;

	private final PagePosition page;

	DenseRanking(Question question, PagePosition page) {
		this.question = question;
		this.page = page;
	}

	@Override
	public List<Hit> best(SqlConnection connection, @Nullable IdSet wanted, int count, int before) throws SQLException {
		VectorQuery query = this.question.nearest(count);
		if (this.page.isPlace()) {
			query = query.after((float) this.page.number(), this.page.key());
		}
		return search(connection, (wanted != null) ? query.filter(wanted) : query);
	}

	@Override
	public Map<KeySet, List<Hit>> bestOfEach(SqlConnection connection, List<KeySet> sets, int count, int before)
			throws SQLException {
		Map<KeySet, List<Hit>> best = new HashMap<>();
		for (KeySet set : sets) {
			best.put(set, best(connection, set, count, before));
		}
		return best;
	}

	private List<Hit> search(SqlConnection connection, VectorQuery query) throws SQLException {
		return this.question.search(query, connection)
			.stream()
			.filter((near) -> this.question.accepts(near.distance()))
			.map(this::hit)
			.toList();
	}

	private Hit hit(Neighbor near) {
		return new Hit(near.id(), Scores.score(this.question.metric(), near.distance()), near.distance(), 0, 0, 0);
	}

	@Override
	public Comparator<Hit> order() {
		return Comparator.comparingDouble(Hit::orderedDistance).thenComparingLong(Hit::key);
	}

}
