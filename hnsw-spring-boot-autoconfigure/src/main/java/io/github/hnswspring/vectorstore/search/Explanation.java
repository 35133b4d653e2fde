package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.Place;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.text.TextMatch;

import org.springframework.ai.document.Document;

/**
 * Explains one search for one document: searches, ranks the document exactly, and tells
 * what comes first of all that lies between the two. Confined to one call.
 */
final class Explanation {

	private static final TextMatch NO_WORDS = new TextMatch(List.of(), List.of());

	private final StoreSession session;

	private final Question question;

	private final HnswSearchRequest request;

	private final SearchMode mode;

	private final String id;

	private final Reasons reasons;

	/** Its place among the results, 0 if it is not there. */
	private int found;

	/** Whether it is found if everything is compared; known of grouped searches. */
	private boolean foundExactly;

	private @Nullable Place dense;

	private @Nullable Place text;

	private @Nullable Place fused;

	private TextMatch match = NO_WORDS;

	private List<String> failures = List.of();

	private @Nullable Integer sufficientTopK;

	private MissedWalk.@Nullable Finding missed;

	Explanation(Question question, String id) {
		this.question = question;
		this.session = question.session();
		this.request = question.request();
		this.mode = question.mode();
		this.id = id;
		this.reasons = new Reasons(question);
	}

	/** The explanation for a document there is not. */
	static SearchExplanation notStored(HnswSearchRequest request, SearchMode mode, String id) {
		return without(Verdict.NOT_STORED, Reasons.notStored(id), request, mode, id);
	}

	/** An explanation without figures. */
	static SearchExplanation without(Verdict verdict, String reason, HnswSearchRequest request, SearchMode mode,
			String id) {
		return new SearchExplanation(id, verdict, reason, mode, request.getTopK(), request.getSimilarityThreshold(),
				null, null, null, List.of(), List.of(), List.of(), null, null, List.of(), 0);
	}

	/** Explains, or gives {@code null} if the document was written meanwhile. */
	@Nullable SearchExplanation explain() {
		this.found = place(this.question);
		if (this.found == 0 && isChosen() && !this.request.isExact()) {
			this.foundExactly = place(asking(this.request.withExactSearch(), this.mode, this.question.vector())) > 0;
		}
		return this.session.index().whileSearching(() -> this.session.reader().read(this::explain));
	}

	/** Whether results are not simply the first ones of the ranking. */
	private boolean isChosen() {
		return this.request.isGrouped() || this.request.getDiversity() > 0;
	}

	/** Its place among what is found, 0 if it is not there. */
	private int place(Question asked) {
		List<Document> documents = (this.request.getTopK() > 0)
				? new DocumentSearch(asked, PagePosition.ONLY).search(null).documents() : List.of();
		return 1 + documents.stream()
			.filter((document) -> !document.getMetadata().containsKey(HitMetadata.NEIGHBOR_OF))
			.map(Document::getId)
			.toList()
			.indexOf(this.id);
	}

	private Question asking(HnswSearchRequest asked, SearchMode by, float @Nullable [] vector) {
		return new Question(this.session, asked, by, vector, this.question.generation(), this.question.fallback(),
				true);
	}

	/** Explains what is seen now, or {@code null} if that is not what was searched. */
	private @Nullable SearchExplanation explain(SqlConnection connection) throws SQLException {
		DocumentContent row = this.session.reader().row(connection, this.question.scope(), this.id);
		if (row == null) {
			return (this.found > 0) ? null : notStored(this.request, this.mode, this.id);
		}
		IdSet wanted = this.session.reader().select(connection, this.request.getFilterExpression());
		if (wanted != null && !wanted.contains(row.key())) {
			return (this.found > 0) ? null : filteredOut(row);
		}
		rank(connection, row, wanted);
		if (this.found > 0) {
			return explanation(Verdict.FOUND, this.reasons.found(this.found));
		}
		SearchExplanation early = withoutRank(connection, row);
		return (early != null) ? early : beyondOrMissed(connection, row.key(), wanted);
	}

	/**
	 * A filter may be what somebody is allowed to see: nothing is told of the document.
	 */
	private SearchExplanation filteredOut(DocumentContent row) {
		this.failures = this.session.reader().failures(Objects.requireNonNull(this.request.getFilterExpression()), row);
		return explanation(Verdict.FILTERED_OUT, Reasons.filteredOut(this.failures));
	}

	/** What there is to know of it, whatever decides. */
	private void rank(SqlConnection connection, DocumentContent row, @Nullable IdSet wanted) throws SQLException {
		this.dense = rankByMeaning(connection, row.key(), wanted);
		if (this.mode == SearchMode.DENSE) {
			return;
		}
		this.match = this.session.text().match(this.request.getQuery(), row.text());
		Place words = rankByWords(connection, row.key(), wanted);
		boolean counts = words == null || this.mode == SearchMode.TEXT
				|| HybridRanking.counts(words.score(), this.request);
		this.text = counts ? words : null;
		if (this.mode == SearchMode.HYBRID) {
			this.fused = place(fused(this.request, connection, wanted, this.request.getTopK()), row.key(), Hit::score);
		}
	}

	private @Nullable Place rankByMeaning(SqlConnection connection, long key, @Nullable IdSet wanted)
			throws SQLException {
		float[] asked = this.question.vector();
		if (asked == null) {
			return null;
		}
		VectorQuery query = VectorQuery.of(asked).exact();
		List<Neighbor> itself = this.question.search(query.k(1).filter(KeySet.of(key)), connection);
		if (itself.isEmpty()) {
			return null;
		}
		float distance = itself.get(0).distance();
		VectorQuery nearer = query.k(most()).maxDistance(distance);
		int rank = 1 + this.question.search((wanted != null) ? nearer.filter(wanted) : nearer, connection)
			.stream()
			.map(Neighbor::id)
			.toList()
			.indexOf(key);
		return new Place(rank, Scores.score(this.question.metric(), distance));
	}

	/** As many documents as are ranked. */
	private int most() {
		return (int) Math.max(1, Math.min(SearchExplanation.MAX_RANK, this.session.writer().documents()));
	}

	/** Among those that the threshold does not leave out. */
	private @Nullable Place rankByWords(SqlConnection connection, long key, @Nullable IdSet wanted)
			throws SQLException {
		boolean any = Scores.acceptsAll(this.request.getSimilarityThreshold());
		Question words = asking(this.request, SearchMode.TEXT, any ? null : this.question.vector());
		return place(new TextRanking(words, new WordHits(words, null), PagePosition.ONLY).best(connection, wanted,
				most(), 0), key, Hit::textScore);
	}

	private static @Nullable Place place(List<Hit> ranking, long key, Score score) {
		for (int i = 0; i < ranking.size(); i++) {
			if (ranking.get(i).key() == key) {
				return new Place(i + 1, score.of(ranking.get(i)));
			}
		}
		return null;
	}

	/** What a hybrid search for so many puts together, best first. */
	private List<Hit> fused(HnswSearchRequest asked, SqlConnection connection, @Nullable IdSet wanted, int count)
			throws SQLException {
		Question both = asking(asked, SearchMode.HYBRID, this.question.vector());
		return new HybridRanking(both, new WordHits(both, null)).best(connection, wanted, count, 0);
	}

	/** Whether words rank it although nothing is known of its meaning. */
	private boolean isFoundByWords() {
		return this.question.acceptsAll()
				&& (this.mode == SearchMode.TEXT || (this.mode == SearchMode.HYBRID && this.text != null));
	}

	/** What keeps it out before ranks do. */
	private @Nullable SearchExplanation withoutRank(SqlConnection connection, DocumentContent row) throws SQLException {
		if (this.question.vector() != null) {
			Place place = this.dense;
			double threshold = this.request.getSimilarityThreshold();
			if (place == null && !isFoundByWords()) {
				return explanation(Verdict.NO_USABLE_EMBEDDING,
						EmbeddingTable.isWithout(connection, row.key(), this.question.generation())
								? this.reasons.noEmbedding(
										EmbeddingTable.isEmpty(connection, row.key(), this.question.generation()))
								: Reasons.noUsableEmbedding());
			}
			if (place != null && !Scores.reaches(place.score(), threshold)) {
				return explanation(Verdict.BELOW_THRESHOLD, this.reasons.belowThreshold(place.score()));
			}
		}
		if (this.mode != SearchMode.TEXT || this.text != null) {
			return null;
		}
		if (!this.session.text().reaches(row.key())) {
			return explanation(Verdict.TEXT_INDEX_NOT_READY, Reasons.textIndexNotReady(this.session.text().progress()));
		}
		return explanation(Verdict.NO_WORDS_IN_COMMON, Reasons.noWords(this.match));
	}

	/** Its place in the ranking the search goes by, 0 if it has none there. */
	private int rank() {
		Place place = switch (this.mode) {
			case DENSE -> this.dense;
			case TEXT -> this.text;
			case HYBRID -> this.fused;
		};
		return (place != null) ? place.rank() : 0;
	}

	private @Nullable SearchExplanation beyondOrMissed(SqlConnection connection, long key, @Nullable IdSet wanted)
			throws SQLException {
		if (isChosen()) {
			return this.foundExactly ? explanation(Verdict.MISSED_BY_WALK, this.reasons.missedInGroups())
					: explanation(Verdict.LEFT_OUT_BY_REQUEST, this.reasons.chosenOut(this.dense, this.text));
		}
		int topK = this.request.getTopK();
		int rank = rank();
		boolean isAmong = rank > 0 && rank <= topK;
		if (this.mode == SearchMode.HYBRID && !isAmong && !this.request.isExact()) {
			// Where would it be, if no walk missed it or others?
			isAmong = isAmong(this.request.withExactSearch(), connection, key, wanted, topK);
		}
		if (!isAmong) {
			this.sufficientTopK = sufficientTopK(connection, key, wanted, rank);
			return explanation(Verdict.BEYOND_TOP_K,
					this.reasons.beyondTopK(this.dense, this.text, rank, this.sufficientTopK)
							+ this.reasons.note(this.session.text().reaches(key)));
		}
		this.missed = missedByWalk(connection, key, wanted);
		MissedWalk.Finding finding = this.missed;
		return (finding != null) ? explanation(Verdict.MISSED_BY_WALK, this.reasons.missedByWalk(this.dense, finding))
				: null;
	}

	private MissedWalk.@Nullable Finding missedByWalk(SqlConnection connection, long key, @Nullable IdSet wanted)
			throws SQLException {
		int topK = this.request.getTopK();
		int k = (this.mode == SearchMode.HYBRID) ? HybridRanking.lists(topK) : topK;
		Place place = this.dense;
		if (this.mode == SearchMode.TEXT || this.request.isExact() || place == null || place.rank() == 0
				|| place.rank() > k) {
			return null;
		}
		return new MissedWalk(this.question, wanted).find(connection, key, k);
	}

	private boolean isAmong(HnswSearchRequest asked, SqlConnection connection, long key, @Nullable IdSet wanted,
			int topK) throws SQLException {
		Place place = place(fused(asked, connection, wanted, topK), key, Hit::score);
		return place != null && place.rank() <= topK;
	}

	/** How many have to be asked for, if that is allowed. */
	private @Nullable Integer sufficientTopK(SqlConnection connection, long key, @Nullable IdSet wanted, int rank)
			throws SQLException {
		// Neighbours count among the results.
		int each = 1 + this.request.getNeighborsBefore() + this.request.getNeighborsAfter();
		int limit = Math.min(this.session.options().limits().topK() / each, most());
		if (this.mode != SearchMode.HYBRID || (rank > 0 && rank <= HybridRanking.lists(1))) {
			return (rank > 0 && rank <= limit) ? rank : null;
		}
		// Beyond, more are put together if more are asked for.
		for (long topK = Math.max(rank, HybridRanking.lists(this.request.getTopK()) + 1L); topK <= 2L
				* limit; topK *= 2) {
			int asked = (int) Math.min(topK, limit);
			if (isAmong(this.request, connection, key, wanted, asked)) {
				return asked;
			}
		}
		return null;
	}

	private SearchExplanation explanation(Verdict verdict, String reason) {
		MissedWalk.Finding finding = this.missed;
		return new SearchExplanation(this.id, verdict, reason, this.mode, this.request.getTopK(),
				this.request.getSimilarityThreshold(), this.dense, this.text, this.fused, this.match.found(),
				this.match.missing(), this.failures, this.sufficientTopK,
				(finding != null) ? finding.sufficientEfSearch() : null,
				(finding != null) ? finding.linkedFrom() : List.of(), (finding != null) ? finding.otherLinks() : 0);
	}

	/** What a hit is worth. */
	@FunctionalInterface
	private interface Score {

		double of(Hit hit);

	}

}
