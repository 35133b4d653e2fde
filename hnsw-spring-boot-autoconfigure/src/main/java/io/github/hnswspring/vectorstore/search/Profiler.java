package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.SearchTrace;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchProfile;
import io.github.hnswspring.vectorstore.SearchProfile.Kind;
import io.github.hnswspring.vectorstore.options.OtherGenerationException;
import io.github.hnswspring.vectorstore.filter.Selection;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * Searches, and measures the parts one by one: what a search asks is asked again for
 * each, since it does some of it at the same time. The index learns nothing from it.
 * Confined to one call.
 */
public final class Profiler {

	private static final int TIMES = 3;

	private static final long ENOUGH_NANOS = 20_000_000;

	private final QueryPipeline queries;

	private final List<SearchProfile.Part> parts = new ArrayList<>();

	private long matches;

	private @Nullable SearchTrace trace;

	/**
	 * Makes one for one call.
	 * @param queries check and embed
	 */
	public Profiler(QueryPipeline queries) {
		this.queries = queries;
	}

	/** Searches and measures. */
	public SearchProfile profile(StoreAccess store, SearchRequest request) {
		HnswSearchRequest ours = HnswSearchRequest.of(request);
		SearchMode mode = this.queries.admit(ours);
		while (true) {
			try {
				this.parts.clear();
				return profile(store, ours, mode);
			}
			catch (OtherGenerationException ex) {
				// The question is embedded by the model that answers now.
				continue;
			}
		}
	}

	private SearchProfile profile(StoreAccess store, HnswSearchRequest ours, SearchMode mode) {
		if (ours.getTopK() == 0 || store.use((session) -> session.writer().documents()) == 0) {
			return new SearchProfile(mode, null, 0, List.of(), null, List.of());
		}
		float[] vector = ours.getVector();
		boolean words = false;
		if (vector != null) {
			float[] given = vector;
			store.run((session) -> QueryPipeline.checkGiven(session, given));
		}
		else if (mode != SearchMode.TEXT || !Scores.acceptsAll(ours.getSimilarityThreshold())) {
			long start = System.nanoTime();
			QueryPipeline.Asked asked = this.queries.embed(store, ours);
			vector = (asked != null) ? store.use((session) -> this.queries.vector(session, asked)) : null;
			this.parts.add(new SearchProfile.Part(Kind.EMBEDDING, Duration.ofNanos(System.nanoTime() - start)));
			words = vector == null;
		}
		float[] question = vector;
		boolean byWordsAlone = words;
		return store.use((session) -> measure(byWordsAlone ? QueryPipeline.byWords(session, ours, true)
				: new Question(session, ours, mode, question, session.identity().current().number(), false, true)));
	}

	private SearchProfile measure(Question question) {
		StoreSession session = question.session();
		session.index().whileSearching(() -> session.reader().read((connection) -> {
			parts(question, connection);
			return this;
		}));
		List<Document> documents = measure(Kind.SEARCH,
				() -> new DocumentSearch(question, PagePosition.ONLY).search(null).documents());
		return new SearchProfile(question.mode(), question.vector(), this.matches, this.parts, this.trace, documents);
	}

	private void parts(Question question, SqlConnection connection) throws SQLException {
		Work<@Nullable IdSet, SQLException> filter = () -> question.wanted(connection, Selection.EVERYTHING);
		IdSet wanted = (question.request().getFilterExpression() != null) ? measure(Kind.FILTER, filter) : filter.run();
		StoreSession session = question.session();
		this.matches = (wanted != null) ? wanted.cardinality() : session.writer().documents();
		int first = Math.max(1, DocumentSearch.firstList(question.request(), PagePosition.ONLY));
		int list = (question.mode() == SearchMode.HYBRID) ? HybridRanking.lists(first) : first;
		if (this.matches > 0 && question.vector() != null && question.mode() != SearchMode.TEXT) {
			VectorQuery query = (wanted != null) ? question.nearest(list).filter(wanted) : question.nearest(list);
			measure(Kind.VECTORS, () -> question.search(query, connection));
			this.trace = session.index().trace(query);
		}
		if (this.matches > 0 && question.mode() != SearchMode.DENSE) {
			measure(Kind.WORDS, () -> new WordHits(question, null).find(connection, wanted, list));
		}
	}

	/** Does it two or three times, since what comes first finds nothing in memory. */
	private <T extends @Nullable Object, E extends Exception> T measure(Kind kind, Work<T, E> work) throws E {
		long began = System.nanoTime();
		long least = Long.MAX_VALUE;
		T result;
		int times = 0;
		do {
			long start = System.nanoTime();
			result = work.run();
			least = Math.min(least, System.nanoTime() - start);
			times++;
		}
		while (times < 2 || (times < TIMES && System.nanoTime() - began < ENOUGH_NANOS));
		this.parts.add(new SearchProfile.Part(kind, Duration.ofNanos(least)));
		return result;
	}

	/** A part of a search. */
	@FunctionalInterface
	private interface Work<T extends @Nullable Object, E extends Exception> {

		T run() throws E;

	}

}
