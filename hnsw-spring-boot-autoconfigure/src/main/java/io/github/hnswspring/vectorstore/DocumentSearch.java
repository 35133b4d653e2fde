package io.github.hnswspring.vectorstore;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentMetadata;

/** From a query vector to documents. Thread-safe. */
final class DocumentSearch {

	// A row can vanish between index and database only while somebody writes; a search
	// that met that many writes has seen every live row it can.
	private static final int MAX_ROUNDS = 20;

	private final IndexManager index;

	private final DocumentReader reader;

	private final Metric metric;

	DocumentSearch(IndexManager index, DocumentReader reader, Metric metric) {
		this.index = index;
		this.reader = reader;
		this.metric = metric;
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
			List<Document> documents;
			int epoch = this.index.epochs().enter();
			try {
				documents = this.reader.read((connection) -> round(connection, vector, request, gone));
			}
			finally {
				this.index.epochs().exit(epoch);
			}
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
		List<Document> documents = new ArrayList<>();
		for (Neighbor hit : this.index.search(query, connection)) {
			double score = Scores.score(this.metric, hit.distance());
			boolean near = Scores.acceptsAll(request.getSimilarityThreshold())
					|| score >= request.getSimilarityThreshold();
			if (near && documents.size() < request.getTopK()) {
				DocumentContent row = DocumentTable.content(connection, hit.id());
				if (row != null) {
					documents.add(document(row, hit, score));
				}
				else {
					gone.add(hit.id());
				}
			}
		}
		return documents;
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

	private Document document(DocumentContent row, Neighbor hit, double score) {
		return this.reader.document(row)
			.metadata(DocumentMetadata.DISTANCE.value(), (double) hit.distance())
			.score(score)
			.build();
	}

}
