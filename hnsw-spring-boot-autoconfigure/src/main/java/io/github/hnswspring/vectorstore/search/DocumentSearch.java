package io.github.hnswspring.vectorstore.search;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.filter.Selection;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentMetadata;

/** From a question to documents, in any mode. Confined to one search. */
final class DocumentSearch {

	// A row can vanish between index and database only while documents are written; a
	// search that met that many writes has seen every live row it can.
	private static final int MAX_ROUNDS = 20;

	private final Question question;

	private final HnswSearchRequest request;

	private final Set<Long> gone = new HashSet<>();

	DocumentSearch(Question question) {
		this.question = question;
		this.request = question.request();
	}

	/** How long the first list of hits is. */
	static int firstList(HnswSearchRequest request) {
		return request.isGrouped() ? Grouping.list(request.getTopK()) : request.getTopK();
	}

	/** Finds documents. */
	List<Document> search() {
		return search(null);
	}

	/**
	 * Finds documents.
	 *
	 * <p>
	 * A hit whose row has gone was deleted or replaced meanwhile: then the search is done
	 * again, with room for as many more as were lost, until no further hit is lost.
	 * @param words what was found by words already, or {@code null}
	 */
	List<Document> search(WordHits.@Nullable Found words) {
		WordHits.Found early = words;
		for (int round = 1;; round++) {
			int goneBefore = this.gone.size();
			WordHits hits = new WordHits(this.question, early);
			Answer answer = this.question.session()
				.index()
				.whileSearching(() -> this.question.session()
					.reader()
					.read((connection) -> this.request.isGrouped() ? groups(connection, ranking(hits))
							: hits(connection, ranking(hits))));
			if (this.gone.size() == goneBefore || answer.found() == this.request.getTopK() || round == MAX_ROUNDS) {
				return answer.documents();
			}
			// What was found by words is as old as the rows that have gone.
			early = null;
		}
	}

	private Ranking ranking(WordHits words) {
		return switch (this.question.mode()) {
			case DENSE -> new DenseRanking(this.question);
			case TEXT -> new TextRanking(this.question, words);
			case HYBRID -> new HybridRanking(this.question, words);
		};
	}

	private Answer hits(SqlConnection connection, Ranking ranking) throws SQLException {
		IdSet wanted = this.question.wanted(connection, Selection.EVERYTHING);
		if (Question.isNothing(wanted)) {
			return Answer.NONE;
		}
		List<Hit> hits = new ArrayList<>(
				ranking.best(connection, wanted, this.request.getTopK() + this.gone.size(), 0));
		hits.removeIf((hit) -> this.gone.contains(hit.key()));
		List<Document> documents = new ArrayList<>();
		int next = 0;
		while (next < hits.size() && documents.size() < this.request.getTopK()) {
			int end = Math.min(hits.size(), next + this.request.getTopK() - documents.size());
			List<Hit> part = hits.subList(next, end);
			Map<Long, DocumentContent> rows = rows(connection, part);
			for (Hit hit : part) {
				DocumentContent row = rows.get(hit.key());
				if (row != null) {
					documents.add(document(row, hit).build());
				}
				else {
					this.gone.add(hit.key());
				}
			}
			next = end;
		}
		return new Answer(documents.size(), documents);
	}

	private Answer groups(SqlConnection connection, Ranking ranking) throws SQLException {
		Grouping grouping = new Grouping(this.question, ranking, connection, this.request.getTopK());
		List<List<Hit>> groups = grouping.find(this.request.getTopK(), this.gone);
		Map<Long, DocumentContent> rows = rows(connection, groups.stream().flatMap(List::stream).toList());
		List<Document> documents = new ArrayList<>();
		int rank = 0;
		for (List<Hit> group : groups) {
			rank++;
			for (Hit hit : group) {
				DocumentContent row = rows.get(hit.key());
				if (row != null) {
					documents.add(document(row, hit).metadata(HitMetadata.GROUP_RANK, rank).build());
				}
			}
		}
		return new Answer(groups.size(), documents);
	}

	private static Map<Long, DocumentContent> rows(SqlConnection connection, List<Hit> hits) throws SQLException {
		Map<Long, DocumentContent> rows = new HashMap<>();
		for (int from = 0; from < hits.size(); from += DocumentTable.MAX_KEYS) {
			List<Hit> part = hits.subList(from, Math.min(from + DocumentTable.MAX_KEYS, hits.size()));
			rows.putAll(DocumentTable.contents(connection, part.stream().map(Hit::key).toList()));
		}
		return rows;
	}

	private Document.Builder document(DocumentContent row, Hit hit) {
		Document.Builder document = this.question.session().reader().document(row).score(hit.score());
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
		return document;
	}

	/**
	 * What was found.
	 *
	 * @param found how many of what topK counts
	 * @param documents in their order
	 */
	private record Answer(int found, List<Document> documents) {

		static final Answer NONE = new Answer(0, List.of());

	}

}
