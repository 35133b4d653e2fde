package io.github.hnswspring.vectorstore.search;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.DistantRows;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchPage;
import io.github.hnswspring.vectorstore.StoredRow;
import io.github.hnswspring.vectorstore.derived.ExactNearest;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DocumentContent;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentMetadata;
import org.springframework.ai.vectorstore.SearchRequest;

/**
 * From a search request to documents whose rows are elsewhere yet: compares the question
 * with every vector and fetches the rows of the nearest. What it answers is, to the last
 * bit, what an exact search gives once the rows are here. Thread-safe.
 */
public final class DistantSearch {

	private final QueryPipeline queries;

	/**
	 * Creates a search.
	 * @param queries check and embed
	 */
	public DistantSearch(QueryPipeline queries) {
		this.queries = queries;
	}

	/**
	 * Whether vectors alone answer a request, at any moment.
	 */
	public boolean canAnswer(SearchRequest request) {
		HnswSearchRequest ours = HnswSearchRequest.of(request);
		return this.queries.mode(ours) == SearchMode.DENSE && ours.getFilterExpression() == null && !ours.isGrouped()
				&& ours.getDiversity() == 0 && ours.getNeighborsBefore() + ours.getNeighborsAfter() == 0
				&& ours.getMinimumPosition() == null;
	}

	/** Searches once. */
	public List<Document> search(StoreAccess store, SearchRequest request, DistantRows rows) {
		return this.queries.search(request, (ours, mode, page) -> attempt(store, ours, page, rows));
	}

	/** Searches for one page; its token is good once the rows are here, too. */
	public SearchPage search(StoreAccess store, SearchRequest request, @Nullable String token, DistantRows rows) {
		return this.queries.search(store, request, token, (ours, mode, page) -> attempt(store, ours, page, rows));
	}

	/** The documents of ids, in their order. */
	public List<Document> get(StoreAccess store, Collection<String> ids, DistantRows rows) {
		Set<String> wanted = new LinkedHashSet<>(ids);
		return store.use((session) -> rows.atOneMoment((moment) -> {
			Map<String, StoredRow> found = moment.rowsById(wanted);
			List<Document> documents = new ArrayList<>();
			for (String id : wanted) {
				StoredRow row = found.get(id);
				if (row != null && !session.reader().hasEnded(row)) {
					documents.add(document(session, row).build());
				}
			}
			return documents;
		}));
	}

	private DocumentSearch.Results attempt(StoreAccess store, HnswSearchRequest request, PagePosition page,
			DistantRows rows) {
		if (request.getTopK() == 0) {
			return DocumentSearch.Results.NONE;
		}
		float[] given = request.getVector();
		QueryPipeline.Asked asked = (given == null) ? this.queries.embed(store, request) : null;
		return store.use((session) -> {
			float[] vector = given;
			if (vector != null) {
				QueryPipeline.checkGiven(session, vector);
			}
			else {
				vector = this.queries.vector(session, Objects.requireNonNull(asked, "Replicas have one model"));
			}
			Question question = new Question(session, request, SearchMode.DENSE, vector);
			return rows.atOneMoment((moment) -> answer(question, page, moment));
		});
	}

	private static DocumentSearch.Results answer(Question question, PagePosition page, DistantRows.Moment moment) {
		int topK = question.request().getTopK();
		List<Neighbor> nearest = nearest(question, page, page.isOnly() ? topK : topK + 1, moment);
		List<Neighbor> shown = nearest.subList(0, Math.min(nearest.size(), topK));
		Map<Long, StoredRow> rows = moment.rows(shown.stream().map(Neighbor::id).toList());
		List<Hit> hits = new ArrayList<>();
		List<Document> documents = new ArrayList<>();
		for (Neighbor near : shown) {
			double score = Scores.score(question.metric(), near.distance());
			hits.add(new Hit(near.id(), score, near.distance(), 0, 0, 0));
			StoredRow row = rows.get(near.id());
			// What somebody has removed by SQL is in no log.
			if (row != null) {
				documents.add(document(question.session(), row).score(score)
					.metadata(DocumentMetadata.DISTANCE.value(), (double) near.distance())
					.build());
			}
		}
		return new DocumentSearch.Results(documents,
				(shown.size() < nearest.size()) ? page.next(question, hits) : null);
	}

	private static List<Neighbor> nearest(Question question, PagePosition page, int count, DistantRows.Moment moment) {
		VectorQuery near = question.near(count);
		VectorQuery query = page.isPlace() ? near.after((float) page.number(), page.key()) : near;
		List<Scan> scans = moment.scan(question.session().reader().now(), () -> new Scan(query, question.metric()));
		ExactNearest all = new ExactNearest(query, question.metric());
		all.merge(scans.stream().map(Scan::nearest).toList());
		return all.results().stream().filter((each) -> question.accepts(each.distance())).toList();
	}

	private static Document.Builder document(StoreSession session, StoredRow row) {
		return session.reader()
			.document(new DocumentContent(row.key(), row.id(), row.metadata(), row.text()), Scope.EVERYTHING);
	}

	/** What one thread finds. */
	private record Scan(ExactNearest nearest) implements DistantRows.VectorVisitor {

		Scan(VectorQuery query, Metric metric) {
			this(new ExactNearest(query, metric));
		}

		@Override
		public void visit(long key, float[] vector) {
			this.nearest.visit(key, vector);
		}

	}

}
