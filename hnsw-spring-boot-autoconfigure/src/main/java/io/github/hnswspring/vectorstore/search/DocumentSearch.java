package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.filter.Selection;
import io.github.hnswspring.vectorstore.options.PassageKeys;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.session.DocumentReader;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentMetadata;

/**
 * From a question to documents, in any mode. What topK counts, a passage or a document
 * with its passages, is a list of hits here. Confined to one search.
 */
final class DocumentSearch {

	// A row can vanish between index and database only while documents are written; a
	// search that met that many writes has seen every live row it can.
	private static final int MAX_ROUNDS = 20;

	private final Question question;

	private final HnswSearchRequest request;

	private final Scope scope;

	private final PagePosition page;

	// As many as topK says, and one that tells whether there is a further page.
	private final int wanted;

	// Hits of all rounds whose rows were not there: so many more are asked for.
	private final Set<Long> gone = new HashSet<>();

	// Those of this round. The next one asks for them again: a row that one transaction
	// does not see yet may be the newest there is.
	private Set<Long> lost = new HashSet<>();

	/**
	 * Describes a search.
	 * @param page where to go on
	 */
	DocumentSearch(Question question, PagePosition page) {
		this.question = question;
		this.request = question.request();
		this.scope = question.scope();
		this.page = page;
		this.wanted = wanted(this.request, page);
	}

	private static int wanted(HnswSearchRequest request, PagePosition page) {
		return request.getTopK() + (page.isOnly() ? 0 : 1);
	}

	/**
	 * How long the first list of hits is, of all that pass the filter.
	 */
	static int firstList(HnswSearchRequest request, PagePosition page) {
		if (request.isGrouped()) {
			return Grouping
				.list((request.getDiversity() > 0) ? Diversity.candidates(request.getTopK()) : request.getTopK());
		}
		return candidates(request, page) + page.shown().size();
	}

	/** How many that were not shown are looked at. */
	private static int candidates(HnswSearchRequest request, PagePosition page) {
		int wanted = wanted(request, page);
		return (request.getDiversity() > 0) ? Math.max(0, Diversity.candidates(request.getTopK()) - page.shown().size())
				: wanted;
	}

	/**
	 * Finds documents.
	 *
	 * <p>
	 * A hit whose row has gone was deleted or replaced meanwhile: then the search is done
	 * again, with room for as many more as were lost, until no further hit is lost.
	 * @param words what was found by words already, or {@code null}
	 */
	Results search(WordHits.@Nullable Found words) {
		WordHits.Found early = words;
		for (int round = 1;; round++) {
			this.lost = new HashSet<>();
			WordHits hits = new WordHits(this.question, early);
			Round done = this.question.session()
				.index()
				.whileSearching(() -> this.question.session().reader().read((connection) -> round(connection, hits)));
			if (!this.gone.addAll(this.lost) || done.isFull() || round == MAX_ROUNDS) {
				return done.results();
			}
			// What was found by words is as old as the rows that have gone.
			early = null;
		}
	}

	private Round round(SqlConnection connection, WordHits words) throws SQLException {
		hintAtKeys(connection);
		Ranking ranking = switch (this.question.mode()) {
			case DENSE -> new DenseRanking(this.question, this.page);
			case TEXT -> new TextRanking(this.question, words, this.page);
			case HYBRID -> new HybridRanking(this.question, words);
		};
		int count = candidates(this.request, this.page);
		List<List<Hit>> candidates = (count == 0) ? List.of()
				: this.request.isGrouped()
						? new Grouping(this.question, ranking, connection, firstList(this.request, this.page))
							.find(count, this.page, this.lost)
						: passages(connection, ranking, count);
		if (this.request.getDiversity() > 0) {
			// What is put together of two lists may be more.
			candidates = new Diversity(this.question, connection).choose(
					candidates.subList(0, Math.min(count, candidates.size())), this.wanted, this.page.shown(),
					this.lost);
		}
		List<List<Found>> found = read(connection, candidates);
		boolean full = found.size() == this.wanted;
		List<List<Found>> shown = found.subList(0, Math.min(found.size(), this.request.getTopK()));
		PagePosition next = (shown.size() < found.size())
				? this.page.next(this.question, shown.stream().map((unit) -> unit.get(0).hit()).toList()) : null;
		return new Round(full, new Results(documents(connection, shown), next));
	}

	/**
	 * A key that nobody has named is no slip: passages need not belong to documents.
	 */
	private void hintAtKeys(SqlConnection connection) {
		boolean neighbors = this.request.getNeighborsBefore() + this.request.getNeighborsAfter() > 0;
		if (!neighbors && !this.request.isGrouped()) {
			return;
		}
		DocumentReader reader = this.question.session().reader();
		String document = this.question.documentKey();
		StoreOptions options = this.question.session().options();
		PassageKeys keys = options.passageKeys();
		boolean named = this.request.getGroupBy() != null;
		if (named || !document.equals(PassageKeys.DEFAULTS.document())) {
			reader.hintAt(connection, document,
					"a search that groups by it" + (named ? "" : " (" + options.property("passages.document-key") + ")")
							+ " takes each passage for a document of its own, without neighbours");
		}
		if (neighbors && !keys.position().equals(PassageKeys.DEFAULTS.position())) {
			reader.hintAt(connection, keys.position(),
					"a search by it (" + options.property("passages.position-key") + ") finds no neighbours");
		}
	}

	private List<List<Hit>> passages(SqlConnection connection, Ranking ranking, int count) throws SQLException {
		IdSet wanted = this.question.wanted(connection, Selection.EVERYTHING);
		if (Question.isNothing(wanted)) {
			return List.of();
		}
		Set<Long> shown = new HashSet<>(this.page.shown());
		int spare = shown.size() + this.gone.size();
		return ranking.best(connection, wanted, count + spare, this.page.isPlace() ? this.page.rank() : 0)
			.stream()
			.filter((hit) -> !shown.contains(hit.key()))
			.map((hit) -> List.of(hit.atMost(this.page.score())))
			.toList();
	}

	private List<List<Found>> read(SqlConnection connection, List<List<Hit>> candidates) throws SQLException {
		List<List<Found>> found = new ArrayList<>();
		int next = 0;
		while (next < candidates.size() && found.size() < this.wanted) {
			int end = Math.min(candidates.size(), next + this.wanted - found.size());
			List<List<Hit>> part = candidates.subList(next, end);
			Map<Long, DocumentContent> rows = this.question.session()
				.reader()
				.contents(connection, part.stream().flatMap(List::stream).map(Hit::key).toList());
			for (List<Hit> hits : part) {
				List<Found> unit = new ArrayList<>();
				for (Hit hit : hits) {
					DocumentContent row = rows.get(hit.key());
					if (row != null && this.question.session().reader().isIn(row, this.scope)) {
						unit.add(new Found(hit, row));
					}
					else {
						this.lost.add(hit.key());
					}
				}
				if (!unit.isEmpty()) {
					found.add(unit);
				}
			}
			next = end;
		}
		return found;
	}

	private List<Document> documents(SqlConnection connection, List<List<Found>> shown) throws SQLException {
		Map<Long, Neighborhood.Neighbors> neighbors = neighbors(connection, shown);
		Map<Long, DocumentContent> rows = this.question.session()
			.reader()
			.contents(connection, neighbors.values().stream().flatMap(Neighborhood.Neighbors::all).toList());
		List<Document> documents = new ArrayList<>();
		int rank = this.page.shown().size();
		for (List<Found> unit : shown) {
			rank++;
			for (Found found : unit) {
				Neighborhood.Neighbors around = neighbors.getOrDefault(found.hit().key(), Neighborhood.Neighbors.NONE);
				for (long key : around.before()) {
					addNeighbor(documents, rows.get(key), found, rank);
				}
				documents.add(document(found, rank));
				for (long key : around.after()) {
					addNeighbor(documents, rows.get(key), found, rank);
				}
			}
		}
		return documents;
	}

	private Map<Long, Neighborhood.Neighbors> neighbors(SqlConnection connection, List<List<Found>> shown)
			throws SQLException {
		if (this.request.getNeighborsBefore() + this.request.getNeighborsAfter() == 0) {
			return Map.of();
		}
		return new Neighborhood(this.question, connection)
			.of(shown.stream().flatMap(List::stream).map((found) -> found.hit().key()).toList());
	}

	private void addNeighbor(List<Document> documents, @Nullable DocumentContent row, Found of, int rank) {
		if (row != null && this.question.session().reader().isIn(row, this.scope)) {
			Document.Builder neighbor = this.question.session().reader().document(row, this.scope);
			neighbor.metadata(HitMetadata.NEIGHBOR_OF, this.scope.shown(of.row().id()));
			documents.add(grouped(neighbor, rank).build());
		}
	}

	private Document.Builder grouped(Document.Builder document, int rank) {
		return this.request.isGrouped() ? document.metadata(HitMetadata.GROUP_RANK, rank) : document;
	}

	private Document document(Found found, int rank) {
		Hit hit = found.hit();
		Document.Builder document = this.question.session()
			.reader()
			.document(found.row(), this.scope)
			.score(hit.score());
		Float distance = hit.distance();
		if (distance != null) {
			document.metadata(DocumentMetadata.DISTANCE.value(), (double) distance);
			if (this.question.mode() != SearchMode.DENSE) {
				document.metadata(HitMetadata.DENSE_SCORE, Scores.score(this.question.metric(), distance));
			}
		}
		if (hit.denseRank() > 0) {
			document.metadata(HitMetadata.DENSE_RANK, hit.denseRank());
		}
		if (hit.textRank() > 0) {
			document.metadata(HitMetadata.TEXT_RANK, hit.textRank());
			document.metadata(HitMetadata.TEXT_SCORE, hit.textScore());
		}
		if (this.question.fallback()) {
			document.metadata(HitMetadata.FALLBACK, "text");
		}
		return grouped(document, rank).build();
	}

	/**
	 * What was found.
	 *
	 * @param documents in their order
	 * @param next where to go on, or {@code null} if that is all, or pages are not wanted
	 */
	record Results(List<Document> documents, @Nullable PagePosition next) {

		static final Results NONE = new Results(List.of(), null);

	}

	/**
	 * What one transaction found.
	 *
	 * @param isFull whether that is as much as was wanted
	 * @param results that are given back
	 */
	private record Round(boolean isFull, Results results) {

	}

	/**
	 * A hit that is there.
	 *
	 * @param hit what is known of it
	 * @param row its document
	 */
	private record Found(Hit hit, DocumentContent row) {

	}

}
