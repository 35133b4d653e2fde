package io.github.hnswspring.vectorstore.text;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.TextTable;

/**
 * One question to the text index, answered by BM25 in which rare terms and names count
 * more than once. Confined to one search.
 *
 * <p>
 * A document may match by any term, but few of those that match by common words only can
 * be among the best. So the documents that have one of the rarest terms are looked at
 * first, all terms counted; if one without them could still be better than the last of
 * the best, those with the next rarest are looked at too, and so on (MaxScore: Turtle and
 * Flood, Query Evaluation: Strategies and Optimizations, Information Processing and
 * Management 31, 1995). Words that are in most documents do not count: what has no other
 * comes behind all that has.
 */
final class TextQuery {

	/** Terms of a question that count, the rarest ones: of few documents, among those. */
	static final int MAX_TERMS = 64;

	/** A term is rare if it is in one document, and at most this share of the others. */
	private static final double RARE = 0.02;

	/** Rare terms count so often. */
	private static final int RARE_TIMES = 2;

	/** Names count so often in addition. */
	private static final int NAME_TIMES = 2;

	/** BM25 gives one term at most so many times its inverse document frequency. */
	private static final double SATURATION = 2.2;

	/** The terms that a document needs are in so many times as many the next time. */
	private static final int GROWTH = 4;

	/** So many entries of the text index are looked at to choose terms among few keys. */
	private static final long MAX_COUNTED = 2_000_000;

	/** So few keys are handed to SQLite; more are compared as they come. */
	private static final int MAX_LISTED = 5_000;

	// Sums in another order differ in their last digits: equal documents must not.
	private static final String SEARCH = "SELECT rowid, round(bm25(document_text, 1.0, 1.0, 1.0) / ?, 9) AS score "
			+ "FROM document_text WHERE document_text MATCH ?";

	private static final String COUNT = "SELECT count(*) FROM document_text WHERE document_text MATCH ?";

	private static final String BEST_FIRST = " ORDER BY score, rowid";

	// With the plus SQLite compares keys; it would query the text index for each.
	private static final String AMONG = " AND +rowid IN (SELECT value FROM json_each(?))";

	private final SqlConnection connection;

	private final TermFrequencies frequencies;

	private final long documents;

	/**
	 * Describes a question.
	 * @throws SQLException if the database fails
	 */
	TextQuery(SqlConnection connection, TermFrequencies frequencies) throws SQLException {
		this.connection = connection;
		this.frequencies = frequencies;
		// What BM25 goes by, deleted documents included, or bounds would not be bounds.
		this.documents = TextTable.countedRows(connection);
	}

	/**
	 * Finds documents.
	 * @param terms of the question
	 * @param limit most documents
	 * @param wanted the keys that count, or {@code null} for all
	 * @return the best, best first
	 */
	List<TextHit> search(Collection<QueryTerm> terms, int limit, @Nullable IdSet wanted) throws SQLException {
		List<Weighted> known = known(terms, wanted);
		List<Weighted> telling = known.stream().filter((term) -> term.bound() > 0).toList();
		for (int first = first(telling, limit); first < telling.size(); first = more(telling, first)) {
			double others = telling.stream().skip(first).mapToDouble(Weighted::most).sum();
			List<TextHit> hits = ask(Expression.having(telling, first), limit, wanted);
			if (hits.size() == limit && hits.get(limit - 1).score() >= others) {
				return hits;
			}
		}
		List<TextHit> hits = telling.isEmpty() ? new ArrayList<>() : ask(Expression.any(telling), limit, wanted);
		if (hits.size() < limit && telling.size() < known.size()) {
			List<Weighted> others = known.stream().filter((term) -> term.bound() == 0).toList();
			hits.addAll(ask(Expression.without(others, telling), limit - hits.size(), wanted));
		}
		return hits;
	}

	/** The rare terms, or as many as may be in enough documents. */
	private static int first(List<Weighted> telling, int limit) {
		int first = (int) telling.stream().filter(Weighted::rare).count();
		long documents = documents(telling, first);
		while (first < telling.size() && documents < limit) {
			documents += telling.get(first++).frequency();
		}
		return first;
	}

	/**
	 * More terms, until they are in several times as many documents: so all attempts
	 * together cost little more than the last.
	 */
	private static int more(List<Weighted> telling, int first) {
		long enough = GROWTH * documents(telling, first);
		int more = first + 1;
		while (more < telling.size() && documents(telling, more) < enough) {
			more++;
		}
		return more;
	}

	private static long documents(List<Weighted> terms, int first) {
		return terms.stream().limit(first).mapToLong(Weighted::frequency).sum();
	}

	private List<TextHit> ask(Expression expression, int limit, @Nullable IdSet wanted) throws SQLException {
		boolean listed = wanted != null && wanted.cardinality() <= MAX_LISTED;
		boolean cut = wanted == null || listed;
		PreparedStatement statement = this.connection
			.prepare(SEARCH + (listed ? AMONG : "") + BEST_FIRST + (cut ? " LIMIT ?" : ""));
		int parameter = 1;
		statement.setInt(parameter++, expression.times());
		statement.setString(parameter++, expression.text());
		if (wanted != null && listed) {
			statement.setString(parameter++, list(wanted));
		}
		if (cut) {
			statement.setInt(parameter, limit);
		}
		List<TextHit> hits = new ArrayList<>();
		try (ResultSet result = statement.executeQuery()) {
			while (hits.size() < limit && result.next()) {
				long key = result.getLong(1);
				if (wanted == null || listed || wanted.contains(key)) {
					hits.add(new TextHit(key, -result.getDouble(2)));
				}
			}
		}
		return hits;
	}

	private static String list(IdSet keys) {
		StringBuilder list = new StringBuilder("[");
		keys.forEach((key) -> list.append((list.length() > 1) ? "," : "").append(key));
		return list.append(']').toString();
	}

	private List<Weighted> known(Collection<QueryTerm> terms, @Nullable IdSet wanted) throws SQLException {
		List<Weighted> known = new ArrayList<>();
		for (QueryTerm term : terms) {
			long frequency = this.frequencies.of(this.connection, term);
			if (frequency > 0) {
				known.add(weighted(term, frequency));
			}
		}
		if (known.size() > MAX_TERMS && wanted != null && wanted.cardinality() <= MAX_LISTED
				&& documents(known, known.size()) <= MAX_COUNTED) {
			known = rarestAmong(known, wanted);
		}
		known.sort(Comparator.comparingLong(Weighted::frequency));
		return known.subList(0, Math.min(MAX_TERMS, known.size()));
	}

	/**
	 * The terms that are rarest where is searched: what is common elsewhere, behind a
	 * wall maybe, may be what tells documents apart here.
	 */
	private List<Weighted> rarestAmong(List<Weighted> terms, IdSet wanted) throws SQLException {
		PreparedStatement statement = this.connection.prepare(COUNT + AMONG);
		statement.setString(2, list(wanted));
		Map<Weighted, Long> counts = new LinkedHashMap<>();
		for (Weighted term : terms) {
			statement.setString(1, term.expression());
			try (ResultSet result = statement.executeQuery()) {
				long count = result.getLong(1);
				if (count > 0) {
					counts.put(term, count);
				}
			}
		}
		return counts.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByValue())
			.limit(MAX_TERMS)
			.map(Map.Entry::getKey)
			.collect(Collectors.toCollection(ArrayList::new));
	}

	private Weighted weighted(QueryTerm term, long frequency) {
		boolean rare = frequency <= 1 + RARE * this.documents;
		int times = rare ? RARE_TIMES : 1;
		if (rare && term.kind() == QueryTerm.Kind.IDENTIFIER) {
			times += NAME_TIMES;
		}
		// The rarer, the more it gives: so for a bound it is as rare as it may be by now.
		double least = frequency - frequency / TermFrequencies.STALE;
		double inverse = Math.log(Math.max(1, (this.documents - least + 0.5) / (least + 0.5)));
		return new Weighted(term, frequency, rare, times, inverse * SATURATION);
	}

	/**
	 * A term that is in the index.
	 *
	 * @param term the term
	 * @param frequency documents that have it
	 * @param rare whether these are few
	 * @param times how often it counts
	 * @param bound the most it gives to one document each time it counts; 0 if it is in
	 * most of them
	 */
	private record Weighted(QueryTerm term, long frequency, boolean rare, int times, double bound) {

		/** The most it gives to one document. */
		double most() {
			return this.times * this.bound;
		}

		/** Tokens have no quotes in them. */
		String expression() {
			String columns = (this.term.kind() == QueryTerm.Kind.STEM) ? "stems" : "{words identifiers}";
			return columns + " : \"" + this.term.token() + '"';
		}

	}

	/**
	 * What SQLite is asked. A term counts wherever it stands in it.
	 *
	 * @param text in SQLite's language
	 * @param times how many times as often as it should each term counts
	 */
	private record Expression(String text, int times) {

		/** Documents that have any of the terms. */
		static Expression any(List<Weighted> terms) {
			return new Expression(repeat(terms, Weighted::times), 1);
		}

		/** Documents that have any of the terms and none of some others. */
		static Expression without(List<Weighted> terms, List<Weighted> others) {
			String text = repeat(terms, Weighted::times);
			return new Expression(others.isEmpty() ? text : "(" + text + ") NOT (" + repeat(others, (term) -> 1) + ")",
					1);
		}

		/** Documents that have any of the first terms; all terms count. */
		static Expression having(List<Weighted> terms, int first) {
			List<Weighted> needed = terms.subList(0, first);
			List<Weighted> others = terms.subList(first, terms.size());
			// The first ones stand on both sides, so they count twice at least.
			int times = needed.stream().allMatch((term) -> term.times() > 1) ? 1 : 2;
			return new Expression(
					"(" + repeat(needed, (term) -> 1) + ") AND (" + repeat(needed, (term) -> times * term.times() - 1)
							+ " OR " + repeat(others, (term) -> times * term.times()) + ")",
					times);
		}

		private static String repeat(List<Weighted> terms, ToIntFunction<Weighted> howOften) {
			StringBuilder expression = new StringBuilder();
			for (Weighted term : terms) {
				int times = howOften.applyAsInt(term);
				for (int i = 0; i < times; i++) {
					expression.append(expression.isEmpty() ? "" : " OR ").append(term.expression());
				}
			}
			return expression.toString();
		}

	}

}
