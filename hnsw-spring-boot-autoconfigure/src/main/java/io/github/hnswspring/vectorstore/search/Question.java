package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.derived.StoreIndex;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.filter.Selection;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * What one search asks, once its mode is known and its text embedded. Thread-safe.
 *
 * @param session the store
 * @param request what was asked for
 * @param mode by what documents are found
 * @param vector of the question, or {@code null} if it was not embedded
 * @param generation of the embedding model that answers
 * @param fallback whether words stand in for both, because the model failed
 * @param explained whether no user asks: the index does not learn from it then
 */
record Question(StoreSession session, HnswSearchRequest request, SearchMode mode, float @Nullable [] vector,
		int generation, boolean fallback, boolean explained) {

	Question(StoreSession session, HnswSearchRequest request, SearchMode mode, float @Nullable [] vector) {
		this(session, request, mode, vector, session.identity().current().number(), false, false);
	}

	Metric metric() {
		return this.session.options().metric();
	}

	/** The metadata key that tells to which document a passage belongs. */
	String documentKey() {
		String key = this.request.getGroupBy();
		return (key != null) ? key : this.session.options().passageKeys().document();
	}

	/** Whether a document at this distance is within the threshold. */
	boolean accepts(float distance) {
		return Scores.reaches(metric(), distance, this.request.getSimilarityThreshold());
	}

	/** Whether documents count that have no vector to compare the question with. */
	boolean acceptsAll() {
		return Scores.acceptsAll(this.request.getSimilarityThreshold());
	}

	/** Searches all committed rows. */
	List<Neighbor> search(VectorQuery query, SqlConnection connection) throws SQLException {
		StoreIndex index = this.session.index();
		return this.explained ? index.searchUnnoticed(query, this.generation, connection)
				: index.search(query, this.generation, connection);
	}

	/** The nearest, as thoroughly as was asked for. */
	VectorQuery nearest(int count) {
		VectorQuery query = near(count);
		if (this.request.getEfSearch() > 0) {
			query = query.efSearch(this.request.getEfSearch());
		}
		return this.request.isExact() ? query.exact() : query;
	}

	/** What may be within the threshold. */
	VectorQuery near(int count) {
		return VectorQuery.of(Objects.requireNonNull(this.vector))
			.k(count)
			.maxDistance(Scores.maxDistance(metric(), this.request.getSimilarityThreshold()));
	}

	/** What the search is confined to. */
	Scope scope() {
		return Scope.in(this.request.getFilterExpression());
	}

	/** The keys that pass the filter, or {@code null} for all. */
	@Nullable IdSet wanted(SqlConnection connection, Selection within) throws SQLException {
		return this.session.reader().select(connection, this.request.getFilterExpression(), within);
	}

	static boolean isNothing(@Nullable IdSet wanted) {
		return wanted != null && wanted.cardinality() == 0;
	}

}
