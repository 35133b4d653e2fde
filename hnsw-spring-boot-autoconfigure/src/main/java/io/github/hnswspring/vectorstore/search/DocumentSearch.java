package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.derived.StoreIndex;
import io.github.hnswspring.vectorstore.session.DocumentReader;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentMetadata;

/** From a query vector to documents; made for each search. Thread-safe. */
final class DocumentSearch {

	// A row can vanish between index and database only while documents are written; a
	// search that met that many writes has seen every live row it can.
	private static final int MAX_ROUNDS = 20;

	private final StoreIndex index;

	private final DocumentReader reader;

	private final Metric metric;

	DocumentSearch(StoreSession session) {
		this.index = session.index();
		this.reader = session.reader();
		this.metric = session.options().metric();
	}

	/**
	 * The nearest documents.
	 *
	 * <p>
	 * A hit whose row has gone was deleted or replaced meanwhile: then the search is done
	 * again, with room for as many more as were lost, until no further hit is lost.
	 */
	List<Document> search(float[] vector, HnswSearchRequest request) {
		Set<Long> gone = new HashSet<>();
		for (int round = 1;; round++) {
			int goneBefore = gone.size();
			List<Document> documents = this.index
				.whileSearching(() -> this.reader.read((connection) -> round(connection, vector, request, gone)));
			if (gone.size() == goneBefore || documents.size() == request.getTopK() || round == MAX_ROUNDS) {
				return documents;
			}
		}
	}

	private List<Document> round(SqlConnection connection, float[] vector, HnswSearchRequest request, Set<Long> gone)
			throws SQLException {
		IdSet wanted = this.reader.select(connection, request.getFilterExpression());
		if (wanted != null && wanted.cardinality() == 0) {
			return List.of();
		}
		VectorQuery query = query(vector, request, wanted, gone.size());
		List<Neighbor> near = near(this.index.search(query, connection), request.getSimilarityThreshold());
		List<Document> documents = new ArrayList<>();
		int next = 0;
		while (next < near.size() && documents.size() < request.getTopK()) {
			int missing = Math.min(request.getTopK() - documents.size(), DocumentTable.MAX_KEYS);
			int end = Math.min(near.size(), next + missing);
			List<Neighbor> hits = near.subList(next, end);
			Map<Long, DocumentContent> rows = DocumentTable.contents(connection,
					hits.stream().map(Neighbor::id).toList());
			for (Neighbor hit : hits) {
				DocumentContent row = rows.get(hit.id());
				if (row != null) {
					documents.add(document(row, hit));
				}
				else {
					gone.add(hit.id());
				}
			}
			next = end;
		}
		return documents;
	}

	private List<Neighbor> near(List<Neighbor> hits, double threshold) {
		return Scores.acceptsAll(threshold) ? hits
				: hits.stream().filter((hit) -> Scores.score(this.metric, hit.distance()) >= threshold).toList();
	}

	private VectorQuery query(float[] vector, HnswSearchRequest request, @Nullable IdSet wanted, int spare) {
		VectorQuery query = VectorQuery.of(vector)
			.k(request.getTopK() + spare)
			.maxDistance(Scores.maxDistance(this.metric, request.getSimilarityThreshold()));
		if (request.getEfSearch() > 0) {
			query = query.efSearch(request.getEfSearch());
		}
		if (wanted != null) {
			query = query.filter(wanted);
		}
		return request.isExact() ? query.exact() : query;
	}

	private Document document(DocumentContent row, Neighbor hit) {
		return this.reader.document(row)
			.metadata(DocumentMetadata.DISTANCE.value(), (double) hit.distance())
			.score(Scores.score(this.metric, hit.distance()))
			.build();
	}

}
