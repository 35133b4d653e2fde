package io.github.hnswspring.vectorstore.search;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.Verdict;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.options.OtherGenerationException;
import io.github.hnswspring.vectorstore.session.StoreAccess;

import org.springframework.ai.vectorstore.SearchRequest;

/**
 * From a search request and a document to the reasons why the search finds it or not:
 * checks as a search does, asks the model at most once, and hands over to
 * {@link Obstacles}, which asks {@link Explanation} for one reason after the other.
 * Thread-safe.
 */
public final class Explainer {

	/** As often it begins again if the document is written meanwhile. A judgment. */
	private static final int ATTEMPTS = 3;

	private final QueryPipeline queries;

	/**
	 * Creates an explainer.
	 * @param queries answers the requests that are to be explained
	 */
	public Explainer(QueryPipeline queries) {
		this.queries = queries;
	}

	/**
	 * Explains.
	 * @param store the open store
	 * @param request what was searched for
	 * @param documentId the document, which need not exist
	 */
	public SearchExplanation explain(StoreAccess store, SearchRequest request, String documentId) {
		if (documentId == null) {
			throw new IllegalArgumentException("The id of the document to explain is null; pass the one you expected");
		}
		HnswSearchRequest ours = HnswSearchRequest.of(request);
		SearchMode mode = this.queries.admit(ours);
		Scope scope = Scope.in(ours.getFilterExpression());
		if (!store.use((session) -> session.reader().exists(scope, documentId))) {
			// The model need not be asked for this.
			Instant ended = store
				.use((session) -> session.reader().ended(scope, documentId, ours.getFilterExpression()));
			return (ended != null) ? Explanation.without(Verdict.EXPIRED,
					Reasons.expired(documentId, ended,
							store.use((session) -> session.options().property("time-to-live"))),
					ours, mode, documentId) : Explanation.notStored(ours, mode, documentId);
		}
		while (true) {
			try {
				return explain(store, ours, mode, documentId);
			}
			catch (OtherGenerationException ex) {
				// The question is embedded by the model that answers now.
				continue;
			}
		}
	}

	private SearchExplanation explain(StoreAccess store, HnswSearchRequest ours, SearchMode mode, String documentId) {
		float[] vector = ours.getVector();
		boolean fallback = false;
		if (vector != null) {
			float[] given = vector;
			store.run((session) -> QueryPipeline.checkGiven(session, given));
		}
		else if (mode != SearchMode.TEXT || !Scores.acceptsAll(ours.getSimilarityThreshold())) {
			vector = embed(store, ours, mode);
			fallback = vector == null;
		}
		float[] question = vector;
		boolean byWordsAlone = fallback;
		return store
			.use((session) -> new Obstacles(
					byWordsAlone ? QueryPipeline.byWords(session, ours, true) : new Question(session, ours, mode,
							question, session.identity().current().number(), false, true),
					(asked) -> explain(asked, documentId))
				.all());
	}

	private static SearchExplanation explain(Question question, String documentId) {
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			SearchExplanation explanation = new Explanation(question, documentId).explain();
			if (explanation != null) {
				return explanation;
			}
		}
		return Explanation.without(Verdict.CHANGED_MEANWHILE, Reasons.changedMeanwhile(), question.request(),
				question.mode(), documentId);
	}

	/** The question's vector, or {@code null} if the search goes on without it. */
	private float @Nullable [] embed(StoreAccess store, HnswSearchRequest request, SearchMode mode) {
		boolean wordsDo = mode == SearchMode.HYBRID;
		QueryPipeline.Asked asked = wordsDo
				? this.queries.unlessWordsDo(request, () -> this.queries.embed(store, request))
				: this.queries.embed(store, request);
		if (asked == null) {
			return null;
		}
		return store.<float @Nullable []>use(
				(session) -> wordsDo ? this.queries.unlessWordsDo(request, () -> this.queries.vector(session, asked))
						: this.queries.vector(session, asked));
	}

}
