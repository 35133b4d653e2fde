package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.SearchTrace;
import io.github.hnswspring.index.VectorInspection;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchExplanation.LinkingDocument;
import io.github.hnswspring.vectorstore.derived.StoreIndex;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.filter.ScopedIds;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * Looks for what would have found a document that a walk along the graph missed, and for
 * the way by which it can be reached. Nothing is learned by the index from this. Confined
 * to one call.
 */
final class MissedWalk {

	/** Lists that are tried, if they are longer than the one there was. */
	private static final int[] LISTS = { 16, 32, 64, 128, 256, 512, 1024 };

	/** Documents among which those that link to it are ranked. */
	private static final int RANKED = 1_000;

	private final Question question;

	private final StoreIndex index;

	private final float[] vector;

	private final @Nullable IdSet wanted;

	MissedWalk(Question question, @Nullable IdSet wanted) {
		this.question = question;
		this.index = question.session().index();
		this.vector = Objects.requireNonNull(question.vector());
		this.wanted = wanted;
	}

	/**
	 * What there is to tell of a walk.
	 *
	 * @param trace what it did
	 * @param misjudged whether it followed the links of one that links to the document,
	 * and so compared the document with the question, but by code
	 * @param sufficientEfSearch a list that finds it, or {@code null}
	 * @param linkedFrom who links to it, of those that pass the filter
	 * @param otherLinks how many others do
	 */
	record Finding(SearchTrace trace, boolean misjudged, @Nullable Integer sufficientEfSearch,
			List<LinkingDocument> linkedFrom, int otherLinks) {
	}

	/**
	 * Looks.
	 * @param k of the walk
	 * @return what was found, or {@code null} if no walk missed it
	 */
	@Nullable Finding find(SqlConnection connection, long key, int k) throws SQLException {
		VectorQuery query = among(this.question.near(k));
		SearchTrace trace = this.index.trace(among(this.question.nearest(k)));
		if (trace.isComplete() || has(trace, key)) {
			return null;
		}
		Integer sufficient = null;
		for (int i = 0; i < LISTS.length && sufficient == null; i++) {
			if (LISTS[i] > trace.list() && has(this.index.trace(query.efSearch(LISTS[i])), key)) {
				sufficient = LISTS[i];
			}
		}
		SearchTrace.Walk last = trace.walks().get(trace.walks().size() - 1);
		Set<Long> visited = new HashSet<>();
		last.expanded().forEach((node) -> visited.add(node.id()));
		Optional<VectorInspection> inspection = this.index.ask((index) -> index.inspect(key), Optional.empty());
		List<VectorInspection.Link> incoming = inspection.map(VectorInspection::incoming).orElse(List.of());
		boolean misjudged = last.byCode() && incoming.stream().anyMatch((link) -> visited.contains(link.id()));
		Set<Long> links = new HashSet<>();
		incoming.stream().filter((link) -> !link.removed()).forEach((link) -> links.add(link.id()));
		List<LinkingDocument> shown = linkedFrom(connection, links, visited);
		return new Finding(trace, misjudged, sufficient, shown, inScope(connection, links) - shown.size());
	}

	/** What lies behind a wall is not even counted. */
	private int inScope(SqlConnection connection, Set<Long> links) throws SQLException {
		Scope scope = this.question.scope();
		int count = 0;
		for (long link : links) {
			count += ScopedIds.isIn(connection, scope, link) ? 1 : 0;
		}
		return count;
	}

	private VectorQuery among(VectorQuery query) {
		return (this.wanted != null) ? query.filter(this.wanted) : query;
	}

	private static boolean has(SearchTrace trace, long key) {
		return trace.results().stream().anyMatch((hit) -> hit.id() == key);
	}

	/**
	 * Those that link to it, the nearest to the question first; what the filter hides
	 * stays hidden.
	 */
	private List<LinkingDocument> linkedFrom(SqlConnection connection, Set<Long> links, Set<Long> visited)
			throws SQLException {
		KeySet keys = KeySet.of(links);
		if (this.wanted != null) {
			keys = keys.among(this.wanted);
		}
		if (keys.cardinality() == 0) {
			return List.of();
		}
		VectorQuery exact = VectorQuery.of(this.vector).exact();
		int shown = (int) Math.min(keys.cardinality(), SearchExplanation.MAX_LINKS);
		List<Neighbor> nearest = this.question.search(exact.k(shown).filter(keys), connection);
		Map<Long, Integer> ranks = new HashMap<>();
		for (Neighbor hit : this.question.search(among(exact.k(RANKED)), connection)) {
			ranks.put(hit.id(), ranks.size() + 1);
		}
		List<LinkingDocument> documents = new ArrayList<>();
		for (Neighbor hit : nearest) {
			DocumentContent row = DocumentTable.content(connection, hit.id());
			if (row != null) {
				documents
					.add(new LinkingDocument(this.question.scope().shown(row.id()), ranks.getOrDefault(hit.id(), 0),
							Scores.score(this.question.metric(), hit.distance()), visited.contains(hit.id())));
			}
		}
		return documents;
	}

}
