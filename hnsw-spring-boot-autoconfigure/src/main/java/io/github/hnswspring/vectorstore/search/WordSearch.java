package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.TextTable;
import io.github.hnswspring.vectorstore.text.TextHit;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentMetadata;

/**
 * One search by words, or by words and meaning. Both give a list of ranks, which are put
 * together by reciprocal rank fusion (Cormack, Clarke, Büttcher: Reciprocal Rank Fusion
 * Outperforms Condorcet and Individual Rank Learning Methods, SIGIR 2009). Confined to
 * one search.
 */
final class WordSearch {

	/** The best of each list that are put together, or topK if that is more. */
	static final int DEPTH = 100;

	// As often as a search by meaning is repeated for rows that have gone.
	private static final int MAX_ROUNDS = 20;

	private final StoreSession session;

	private final HnswSearchRequest request;

	private final SearchMode mode;

	private final float @Nullable [] vector;

	private final boolean fallback;

	private final Metric metric;

	/**
	 * Describes a search.
	 * @param mode by words, or by both
	 * @param vector of the question, or {@code null} if it was not embedded
	 */
	WordSearch(StoreSession session, HnswSearchRequest request, SearchMode mode, float @Nullable [] vector) {
		this(session, request, mode, vector, false);
	}

	private WordSearch(StoreSession session, HnswSearchRequest request, SearchMode mode, float @Nullable [] vector,
			boolean fallback) {
		this.session = session;
		this.request = request;
		this.mode = mode;
		this.vector = vector;
		this.fallback = fallback;
		this.metric = session.options().metric();
	}

	/** A search by words in the place of one by both. */
	static WordSearch instead(StoreSession session, HnswSearchRequest request) {
		return new WordSearch(session, request, SearchMode.TEXT, null, true);
	}

	private int depth() {
		return (this.mode == SearchMode.HYBRID) ? Math.max(DEPTH, this.request.getTopK()) : this.request.getTopK();
	}

	/** The documents that have words of the question, to be put together later. */
	List<TextHit> words() {
		return this.session.reader().read((connection) -> {
			IdSet wanted = this.session.reader().select(connection, this.request.getFilterExpression());
			return isNothing(wanted) ? List.of() : words(connection, depth(), wanted);
		});
	}

	/** Finds documents. */
	List<Document> search() {
		return search(null);
	}

	/**
	 * Finds documents.
	 * @param words those found by words already, or {@code null}
	 */
	List<Document> search(@Nullable List<TextHit> words) {
		Set<Long> gone = new HashSet<>();
		List<TextHit> known = words;
		for (int round = 1;; round++) {
			int goneBefore = gone.size();
			List<TextHit> found = known;
			List<Document> documents = this.session.index()
				.whileSearching(() -> this.session.reader().read((connection) -> round(connection, found, gone)));
			if (gone.size() == goneBefore || round == MAX_ROUNDS) {
				return documents;
			}
			// What was found by words is as old as the rows that have gone.
			known = null;
		}
	}

	private List<Document> round(SqlConnection connection, @Nullable List<TextHit> words, Set<Long> gone)
			throws SQLException {
		IdSet wanted = this.session.reader().select(connection, this.request.getFilterExpression());
		if (isNothing(wanted)) {
			return List.of();
		}
		Map<Long, Hit> hits = new HashMap<>();
		if (this.mode == SearchMode.HYBRID) {
			byMeaning(connection, wanted, gone.size(), hits);
		}
		byWords(connection, words, wanted, gone, hits);
		double weight = (this.mode == SearchMode.TEXT) ? 1 : this.request.getTextWeight();
		List<Hit> best = Hit.best(hits.values(), weight);
		List<Document> documents = new ArrayList<>();
		int next = 0;
		while (next < best.size() && documents.size() < this.request.getTopK()) {
			int missing = Math.min(this.request.getTopK() - documents.size(), DocumentTable.MAX_KEYS);
			int end = Math.min(best.size(), next + missing);
			List<Hit> part = best.subList(next, end);
			Map<Long, DocumentContent> rows = DocumentTable.contents(connection, part.stream().map(Hit::key).toList());
			for (Hit hit : part) {
				DocumentContent row = rows.get(hit.key());
				if (row != null) {
					documents.add(document(row, hit, weight));
				}
				else {
					gone.add(hit.key());
				}
			}
			next = end;
		}
		return documents;
	}

	private static boolean isNothing(@Nullable IdSet wanted) {
		return wanted != null && wanted.cardinality() == 0;
	}

	private void byMeaning(SqlConnection connection, @Nullable IdSet wanted, int spare, Map<Long, Hit> hits)
			throws SQLException {
		VectorQuery query = query(depth() + spare);
		if (this.request.getEfSearch() > 0) {
			query = query.efSearch(this.request.getEfSearch());
		}
		if (this.request.isExact()) {
			query = query.exact();
		}
		query = (wanted != null) ? query.filter(wanted) : query;
		int rank = 0;
		for (Neighbor near : this.session.index().search(query, connection)) {
			if (passes(near)) {
				hits.put(near.id(), new Hit(near.id(), near.distance(), ++rank, 0, 0));
			}
		}
	}

	private void byWords(SqlConnection connection, @Nullable List<TextHit> known, @Nullable IdSet wanted,
			Set<Long> gone, Map<Long, Hit> hits) throws SQLException {
		int limit = depth();
		List<TextHit> words = (known != null) ? known : words(connection, limit, wanted);
		List<TextHit> passing = passing(connection, words, hits);
		// Below a threshold there may be as many documents as there are: only a search by
		// words alone has to go on.
		while (this.mode == SearchMode.TEXT && passing.size() < this.request.getTopK() && words.size() == limit) {
			limit = (int) Math.min(Integer.MAX_VALUE, 4L * limit);
			words = words(connection, limit, wanted);
			passing = passing(connection, words, hits);
		}
		int rank = 0;
		for (TextHit word : passing) {
			Hit near = hits.get(word.key());
			rank++;
			hits.put(word.key(),
					(near != null) ? new Hit(word.key(), near.distance(), near.denseRank(), rank, word.score())
							: new Hit(word.key(), null, 0, rank, word.score()));
		}
		gone.forEach(hits::remove);
	}

	/**
	 * Leaves out what the threshold does, and notes the exact distances of the rest. Of
	 * so few keys the index compares each.
	 */
	private List<TextHit> passing(SqlConnection connection, List<TextHit> words, Map<Long, Hit> hits)
			throws SQLException {
		if (this.vector == null) {
			return words;
		}
		Keys unknown = new Keys(words.stream()
			.map(TextHit::key)
			.filter((key) -> !hits.containsKey(key))
			.collect(HashSet::new, Set::add, Set::addAll));
		if (unknown.cardinality() > 0) {
			VectorQuery query = query((int) unknown.cardinality()).filter(unknown).exact();
			for (Neighbor near : this.session.index().search(query, connection)) {
				if (passes(near)) {
					hits.put(near.id(), new Hit(near.id(), near.distance(), 0, 0, 0));
				}
			}
		}
		return words.stream().filter((word) -> hits.containsKey(word.key())).toList();
	}

	private VectorQuery query(int k) {
		return VectorQuery.of(Objects.requireNonNull(this.vector))
			.k(k)
			.maxDistance(Scores.maxDistance(this.metric, this.request.getSimilarityThreshold()));
	}

	private boolean passes(Neighbor near) {
		double threshold = this.request.getSimilarityThreshold();
		return Scores.acceptsAll(threshold) || Scores.score(this.metric, near.distance()) >= threshold;
	}

	private List<TextHit> words(SqlConnection connection, int limit, @Nullable IdSet wanted) throws SQLException {
		try {
			return this.session.text()
				.search(connection, this.request.getQuery(), limit, wanted, this.session.writer().documents());
		}
		catch (SQLException ex) {
			if (TextTable.isDamage(ex)) {
				throw new StoreException("The text index of " + this.session.database().file()
						+ " is damaged and is built anew from the documents, none of which is affected; search again "
						+ "in a while, or in mode dense", ex);
			}
			throw ex;
		}
	}

	private Document document(DocumentContent row, Hit hit, double weight) {
		Document.Builder document = this.session.reader().document(row).score(hit.score(weight));
		Float distance = hit.distance();
		if (distance != null) {
			document.metadata(DocumentMetadata.DISTANCE.value(), (double) distance);
			document.metadata(HitMetadata.DENSE_SCORE, Scores.score(this.metric, distance));
		}
		if (hit.denseRank() > 0) {
			document.metadata(HitMetadata.DENSE_RANK, hit.denseRank());
		}
		if (hit.textRank() > 0) {
			document.metadata(HitMetadata.TEXT_RANK, hit.textRank());
			document.metadata(HitMetadata.TEXT_SCORE, hit.textScore());
		}
		if (this.fallback) {
			document.metadata(HitMetadata.FALLBACK, "text");
		}
		return document.build();
	}

	/** Some keys. */
	private record Keys(Set<Long> keys) implements IdSet {

		@Override
		public boolean contains(long id) {
			return this.keys.contains(id);
		}

		@Override
		public long cardinality() {
			return this.keys.size();
		}

		@Override
		public void forEach(LongConsumer consumer) {
			this.keys.forEach(consumer::accept);
		}

	}

}
