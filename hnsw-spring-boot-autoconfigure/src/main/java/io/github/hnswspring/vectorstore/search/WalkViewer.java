package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.GraphView;
import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.filter.Selection;
import io.github.hnswspring.vectorstore.options.OtherGenerationException;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.vectorstore.SearchRequest;

/**
 * From a request to the walk along the graph that its vectors are looked for by, and to
 * the graph around it. The index learns nothing from it. Thread-safe.
 */
public final class WalkViewer {

	private final QueryPipeline queries;

	/**
	 * Creates a viewer.
	 * @param queries check and embed
	 */
	public WalkViewer(QueryPipeline queries) {
		this.queries = queries;
	}

	/**
	 * Walks, and shows.
	 * @param nodes most nodes that are drawn besides those the walk meets
	 * @param documentIds of documents that are drawn in any case
	 */
	public GraphView view(StoreAccess store, SearchRequest request, int nodes, Collection<String> documentIds) {
		HnswSearchRequest ours = HnswSearchRequest.of(request);
		SearchMode mode = this.queries.admit(ours);
		if (store.use((session) -> session.writer().documents()) == 0) {
			return GraphView.EMPTY;
		}
		while (true) {
			try {
				float[] vector = vector(store, ours);
				return store.use((session) -> {
					Question question = new Question(session, ours, mode, vector, session.identity().current().number(),
							false, true);
					return session.reader().read((connection) -> view(question, connection, nodes, documentIds));
				});
			}
			catch (OtherGenerationException ex) {
				// The question is embedded by the model that answers now.
				continue;
			}
		}
	}

	private float[] vector(StoreAccess store, HnswSearchRequest request) {
		float[] vector = request.getVector();
		if (vector != null) {
			float[] given = vector;
			store.run((session) -> QueryPipeline.checkGiven(session, given));
			return given;
		}
		QueryPipeline.Asked asked = this.queries.embed(store, request.withMode(SearchMode.DENSE));
		float[] embedded = (asked != null)
				? store.<float @Nullable []>use((session) -> this.queries.vector(session, asked)) : null;
		if (embedded == null) {
			throw new IllegalStateException("The embedding model of the stored vectors is not there, so the question "
					+ "has no vector to walk with; give the request one (withVector)");
		}
		return embedded;
	}

	private static GraphView view(Question question, SqlConnection connection, int nodes,
			Collection<String> documentIds) throws SQLException {
		StoreSession session = question.session();
		int first = Math.max(1, DocumentSearch.firstList(question.request(), PagePosition.ONLY));
		VectorQuery query = VectorQuery.of(Objects.requireNonNull(question.vector()))
			.k((question.mode() == SearchMode.HYBRID) ? HybridRanking.lists(first) : first);
		if (question.request().getEfSearch() > 0) {
			query = query.efSearch(question.request().getEfSearch());
		}
		IdSet wanted = question.wanted(connection, Selection.EVERYTHING);
		VectorQuery asked = (wanted != null) ? query.filter(wanted) : query;
		long[] keys = documentIds.stream()
			.map(session.reader()::key)
			.filter(OptionalLong::isPresent)
			.mapToLong(OptionalLong::getAsLong)
			.toArray();
		return session.index()
			.ask((index) -> index.view(asked, nodes, LongStream.of(keys).distinct().toArray()), GraphView.EMPTY);
	}

}
