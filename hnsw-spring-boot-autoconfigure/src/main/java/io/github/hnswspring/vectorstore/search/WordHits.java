package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.filter.Selection;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.TextTable;
import io.github.hnswspring.vectorstore.text.TextHit;

/**
 * What the text index says of a question, and how near the vectors of those documents
 * are. Confined to one search.
 */
final class WordHits {

	private final Question question;

	private @Nullable Found early;

	/**
	 * Describes a look.
	 * @param early what was found in a transaction of its own already, or {@code null}
	 */
	WordHits(Question question, @Nullable Found early) {
		this.question = question;
		this.early = early;
	}

	/** Looks before the question is embedded. */
	static Found early(Question question, int limit) {
		return question.session().reader().read((connection) -> {
			IdSet wanted = question.wanted(connection, Selection.EVERYTHING);
			List<TextHit> hits = Question.isNothing(wanted) ? List.of()
					: new WordHits(question, null).find(connection, wanted, limit);
			return new Found(limit, hits);
		});
	}

	/** The best documents that have words of the question, best first. */
	List<TextHit> find(SqlConnection connection, @Nullable IdSet wanted, int limit) throws SQLException {
		Found found = this.early;
		this.early = null;
		if (found != null && found.limit() == limit && areWanted(found.hits(), wanted)) {
			return found.hits();
		}
		StoreSession session = this.question.session();
		try {
			return session.text().search(connection, this.question.request().getQuery(), limit, wanted);
		}
		catch (SQLException ex) {
			if (TextTable.isDamage(ex)) {
				throw new StoreException("The text index of " + session.database().file()
						+ " is damaged and is built anew from the documents, none of which is affected; search again "
						+ "in a while, or in mode dense", ex);
			}
			throw ex;
		}
	}

	/** A transaction ago the filter may have matched others: metadata can change. */
	private static boolean areWanted(List<TextHit> hits, @Nullable IdSet wanted) {
		return wanted == null || hits.stream().allMatch((hit) -> wanted.contains(hit.key()));
	}

	/**
	 * The best of them that count as hits. Below a threshold there may be as many others
	 * as there are, so it asks for more until there are enough.
	 * @param first how many to ask for first
	 * @param count how many hits; fewer only if there are no more
	 * @param passing chooses those that count
	 */
	List<Hit> best(SqlConnection connection, @Nullable IdSet wanted, int first, int count, Passing passing)
			throws SQLException {
		int limit = first;
		List<TextHit> found = find(connection, wanted, limit);
		List<Hit> hits = passing.of(found);
		while (hits.size() < count && found.size() == limit) {
			limit = (int) Math.min(Integer.MAX_VALUE, 4L * limit);
			found = find(connection, wanted, limit);
			hits = passing.of(found);
		}
		return hits.subList(0, Math.min(count, hits.size()));
	}

	/**
	 * The exact distances of documents, of those within the threshold. Of so few keys the
	 * index compares each.
	 */
	Map<Long, Float> distances(SqlConnection connection, Collection<TextHit> hits) throws SQLException {
		Map<Long, Float> distances = new HashMap<>();
		KeySet keys = KeySet.of(hits.stream().map(TextHit::key).toList());
		if (keys.cardinality() > 0) {
			for (Neighbor near : this.question.search(this.question.near((int) keys.cardinality()).filter(keys).exact(),
					connection)) {
				if (this.question.accepts(near.distance())) {
					distances.put(near.id(), near.distance());
				}
			}
		}
		return distances;
	}

	/**
	 * What was found.
	 *
	 * @param limit how many were asked for
	 * @param hits best first
	 */
	record Found(int limit, List<TextHit> hits) {

	}

	/** Leaves out what the threshold does. */
	@FunctionalInterface
	interface Passing {

		List<Hit> of(List<TextHit> found) throws SQLException;

	}

}
