package io.github.hnswspring.console;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

import io.github.hnswspring.vectorstore.DocumentPage;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.TextIndexState;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.http.HttpStatus;

/** The second screen: documents page by page, and one of them. Stateless. */
final class DocumentData {

	private static final int PAGE = 25;

	private static final int LARGEST_PAGE = 100;

	private static final int LINE = 240;

	private static final int WHOLE_TEXT = 100_000;

	private static final int WHOLE_VALUE = 20_000;

	private static final int NEAREST = 8;

	private static final int FOUND = 8;

	private DocumentData() {
	}

	static Page page(HnswVectorStore store, Parameters parameters) {
		Filter.Expression filter = filter(parameters);
		DocumentPageRequest request = new DocumentPageRequest(parameters.number("after", 0, Long.MAX_VALUE, 0L),
				parameters.number("limit", 1, LARGEST_PAGE, PAGE));
		DocumentPage page = store.list(filter, request);
		long total = (filter != null) ? store.count(filter) : store.count();
		return new Page(total, page.documents().stream().map(Line::of).toList(),
				(page.next() != null) ? page.next().after() : null);
	}

	static Filter.@Nullable Expression filter(Parameters parameters) {
		String text = parameters.text("filter", Parameters.FILTER);
		return (text != null) ? HnswSearchRequest.parseFilter(text) : null;
	}

	static Whole document(HnswVectorStore store, Parameters parameters) {
		String id = parameters.required("id", Parameters.ID);
		List<Document> found = store.get(List.of(id));
		if (found.isEmpty()) {
			throw new ConsoleException(HttpStatus.NOT_FOUND, "There is no document '" + Texts.cut(id, 200)
					+ "' in this store; it may have been deleted, or have ended");
		}
		Document document = found.get(0);
		String text = (document.getText() != null) ? document.getText() : "";
		Map<String, String> metadata = new LinkedHashMap<>();
		document.getMetadata()
			.forEach((key, value) -> metadata.put(key, Texts.cut(String.valueOf(value), WHOLE_VALUE)));
		return new Whole(document.getId(), Texts.cut(text, WHOLE_TEXT), text.length(), metadata, types(document),
				nearest(store, id));
	}

	private static Map<String, String> types(Document document) {
		Map<String, String> types = new LinkedHashMap<>();
		document.getMetadata().forEach((key, value) -> types.put(key, type(value)));
		return types;
	}

	private static String type(Object value) {
		return (value instanceof Number) ? "number" : (value instanceof Boolean) ? "boolean"
				: (value instanceof Collection) ? "list" : (value instanceof Map) ? "map" : "text";
	}

	/** The nearest others; {@code null} if the document has no vector to compare. */
	private static @Nullable List<Line> nearest(HnswVectorStore store, String id) {
		OptionalLong key = store.indexId(id);
		float[] vector = key.isPresent() ? store.index().vector(key.getAsLong()).orElse(null) : null;
		if (vector == null) {
			return null;
		}
		// The question would be embedded, were there no vector.
		SearchRequest request = SearchRequest.builder().query(id).topK(NEAREST + 1).build();
		List<Line> lines = new ArrayList<>();
		for (Document other : store
			.similaritySearch(HnswSearchRequest.of(request).withVector(vector).withMode(SearchMode.DENSE))) {
			if (!other.getId().equals(id) && lines.size() < NEAREST) {
				lines.add(Line.of(other));
			}
		}
		return lines;
	}

	/** Documents somebody may mean: the one of this id, and those with these words. */
	static Page find(HnswVectorStore store, Parameters parameters) {
		String words = parameters.required("words", Parameters.QUERY);
		List<Line> lines = new ArrayList<>();
		store.get(List.of(words.strip())).forEach((document) -> lines.add(Line.of(document)));
		if (store.status().textIndexState() != TextIndexState.OFF) {
			SearchRequest request = SearchRequest.builder().query(words).topK(FOUND).build();
			for (Document document : store.similaritySearch(HnswSearchRequest.of(request).withMode(SearchMode.TEXT))) {
				if (lines.stream().noneMatch((line) -> line.id().equals(document.getId()))) {
					lines.add(Line.of(document));
				}
			}
		}
		return new Page(lines.size(), lines, null);
	}

	/**
	 * A page of documents.
	 *
	 * @param total how many the filter matches
	 * @param documents of the page
	 * @param next where the next page begins, {@code null} if this is the last
	 */
	record Page(long total, List<Line> documents, @Nullable Long next) {

	}

	/**
	 * A line of a table.
	 *
	 * @param id of the document
	 * @param text its beginning
	 * @param metadata the first of it
	 * @param score of a hit
	 */
	record Line(String id, String text, Map<String, String> metadata, @Nullable Double score) {

		static Line of(Document document) {
			return new Line(document.getId(), Texts.text(document, LINE), Texts.metadata(document.getMetadata()),
					Texts.number(document.getScore()));
		}

	}

	/**
	 * One document.
	 *
	 * @param id of the document
	 * @param text its beginning, which mostly is all
	 * @param textLength of all of it
	 * @param metadata as texts
	 * @param types of the metadata
	 * @param nearest others, {@code null} if it has no vector
	 */
	record Whole(String id, String text, int textLength, Map<String, String> metadata, Map<String, String> types,
			@Nullable List<Line> nearest) {

	}

}
