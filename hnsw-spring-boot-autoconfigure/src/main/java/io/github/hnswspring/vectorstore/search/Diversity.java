package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.ExactDistance;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentEmbedding;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * Chooses hits that are not like each other, by maximal marginal relevance (Carbonell,
 * Goldstein: The Use of MMR, Diversity-Based Reranking for Reordering Documents and
 * Producing Summaries, SIGIR 1998). Confined to one search.
 */
final class Diversity {

	/**
	 * The most that can be chosen from: each chosen one is compared with each, while
	 * writers wait.
	 */
	static final int MOST = 400;

	/** The most that can be chosen. */
	static final int MOST_CHOSEN = 100;

	/** Chosen from so many candidates, or from so many times what is wanted. */
	private static final int FEWEST = 50;

	private static final int TIMES = 4;

	private static final float[] NO_VECTOR = {};

	private final Question question;

	private final SqlConnection connection;

	private final double weight;

	Diversity(Question question, SqlConnection connection) {
		this.question = question;
		this.connection = connection;
		this.weight = question.request().getDiversity();
	}

	/** How many candidates there are for so many results. */
	static int candidates(int topK) {
		return Math.min(MOST, Math.max(FEWEST, TIMES * topK));
	}

	/**
	 * Chooses.
	 * @param candidates the best ones; each begins with the passage that stands for it
	 * @param count how many to choose
	 * @param chosen keys of passages that were chosen before
	 * @param gone is told the keys of those whose rows have gone
	 * @return those chosen, in the order in which they were
	 */
	List<List<Hit>> choose(List<List<Hit>> candidates, int count, Collection<Long> chosen, Set<Long> gone)
			throws SQLException {
		List<Candidate> left = new ArrayList<>();
		for (List<Hit> hits : candidates) {
			long key = hits.get(0).key();
			float[] vector = vector(key);
			if (vector != null) {
				left.add(new Candidate(hits, vector));
			}
			else if (DocumentTable.isThere(this.connection, key)) {
				// Found by words; without a vector it is like no other.
				left.add(new Candidate(hits, NO_VECTOR));
			}
			else {
				gone.add(key);
			}
		}
		for (long key : chosen) {
			float[] vector = vector(key);
			if (vector != null) {
				compare(left, vector);
			}
		}
		List<List<Hit>> order = new ArrayList<>();
		while (order.size() < count && !left.isEmpty()) {
			Candidate next = next(left);
			left.remove(next);
			order.add(next.hits);
			compare(left, next.vector);
		}
		return order;
	}

	private float @Nullable [] vector(long key) throws SQLException {
		try {
			DocumentEmbedding row = EmbeddingTable.find(this.connection, key, this.question.generation());
			return (row != null) ? row.vector() : null;
		}
		catch (DamagedRowException ex) {
			// The index has none of it either, and tells of it.
			return null;
		}
	}

	/** Of equals the better one, which comes first. */
	private Candidate next(List<Candidate> left) {
		Candidate next = left.get(0);
		for (Candidate candidate : left) {
			if (marginalRelevance(candidate) > marginalRelevance(next)) {
				next = candidate;
			}
		}
		return next;
	}

	private double marginalRelevance(Candidate candidate) {
		double relevance = (1 - this.weight) * candidate.hits.get(0).score();
		// Before the first is chosen there is nothing to be like.
		return Double.isInfinite(candidate.likeness) ? relevance : relevance - this.weight * candidate.likeness;
	}

	private void compare(List<Candidate> left, float[] vector) {
		if (vector.length == 0) {
			return;
		}
		// Ranks as scores are 0 to 1; products of long vectors are beyond all bounds.
		Metric metric = this.question.metric();
		if (metric == Metric.DOT_PRODUCT && this.question.mode() != SearchMode.DENSE) {
			metric = Metric.COSINE;
		}
		ExactDistance distance = HnswIndex.exactDistance(metric, vector);
		for (Candidate candidate : left) {
			if (candidate.vector.length == vector.length) {
				double likeness = Scores.score(metric, distance.to(candidate.vector));
				if (likeness > candidate.likeness) {
					// Not a number, where an embedding is damaged, is no likeness.
					candidate.likeness = likeness;
				}
			}
		}
	}

	/** What may be chosen. */
	private static final class Candidate {

		private final List<Hit> hits;

		private final float[] vector;

		/** To the one it is most like of those that were chosen. */
		private double likeness = Double.NEGATIVE_INFINITY;

		Candidate(List<Hit> hits, float[] vector) {
			this.hits = hits;
			this.vector = vector;
		}

	}

}
