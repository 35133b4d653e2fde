package io.github.hnswspring.console;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.vectorstore.CorruptStoreException;
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
		SoundRows.Page page = SoundRows.page(store, filter, parameters.number("after", 0, Long.MAX_VALUE, 0L),
				parameters.number("limit", 1, LARGEST_PAGE, PAGE));
		long total = (filter != null) ? store.count(filter) : store.count();
		return new Page(total, page.lines(), page.next());
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
		boolean arriving = Arrival.isUnderWay(store);
		return new Whole(document.getId(), Names.of(document), Texts.cut(text, WHOLE_TEXT), text.length(),
				metadata(document), types(document), arriving ? null : nearest(store, id), arriving);
	}

	/** All of it, what is for people first. */
	private static Map<String, String> metadata(Document document) {
		Map<String, Object> sorted = Names.forPeople(document.getMetadata());
		document.getMetadata().forEach(sorted::putIfAbsent);
		Map<String, String> metadata = new LinkedHashMap<>();
		sorted.forEach((key, value) -> metadata.put(key, Texts.cut(String.valueOf(value), WHOLE_VALUE)));
		return metadata;
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
		try {
			return store.similaritySearch(HnswSearchRequest.of(request).withVector(vector).withMode(SearchMode.DENSE))
				.stream()
				.filter((other) -> !other.getId().equals(id))
				.limit(NEAREST)
				.map(Line::of)
				.toList();
		}
		catch (CorruptStoreException ex) {
			return nearestSound(store, key.getAsLong(), vector);
		}
	}

	/** The nearest others where one of them is damaged, without similarities. */
	private static List<Line> nearestSound(HnswVectorStore store, long key, float[] vector) {
		List<Long> keys = store.index()
			.search(vector, 2 * NEAREST)
			.stream()
			.map(Neighbor::id)
			.filter((other) -> other != key)
			.toList();
		Map<Long, CorruptStoreException> damaged = new HashMap<>();
		Map<Long, Document> documents = SoundRows.byKey(store, keys, damaged);
		List<Line> lines = new ArrayList<>();
		for (long other : keys) {
			Document document = documents.get(other);
			CorruptStoreException damage = damaged.get(other);
			if (lines.size() < NEAREST && (document != null || damage != null)) {
				lines.add((document != null) ? Line.of(document) : Line.damaged(other, Objects.requireNonNull(damage)));
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
			for (Line line : withWords(store, words)) {
				if (line.id() == null || lines.stream().noneMatch((other) -> line.id().equals(other.id()))) {
					lines.add(line);
				}
			}
		}
		return new Page(lines.size(), lines, null);
	}

	/** The best by words, up to the first that is damaged, which is named. */
	private static List<Line> withWords(HnswVectorStore store, String words) {
		Line damaged = null;
		for (int most = FOUND; most > 0; most--) {
			try {
				SearchRequest request = SearchRequest.builder().query(words).topK(most).build();
				List<Line> lines = new ArrayList<>(
						store.similaritySearch(HnswSearchRequest.of(request).withMode(SearchMode.TEXT))
							.stream()
							.map(Line::of)
							.toList());
				if (damaged != null) {
					lines.add(damaged);
				}
				return lines;
			}
			catch (CorruptStoreException ex) {
				if (ex.rowKey().isEmpty()) {
					throw ex;
				}
				damaged = Line.damaged(ex.rowKey().getAsLong(), ex);
			}
		}
		return (damaged != null) ? List.of(damaged) : List.of();
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
	 * @param id of the document, {@code null} if its row is damaged
	 * @param name by which people know it, {@code null} if its metadata have none
	 * @param text its beginning
	 * @param metadata the first of it that is for people
	 * @param technical the first of it that is for programs
	 * @param score of a hit
	 * @param damage what is wrong with it and what to do, {@code null} mostly
	 */
	record Line(@Nullable String id, @Nullable String name, String text, Map<String, String> metadata,
			Map<String, String> technical, @Nullable Double score, @Nullable String damage) {

		static Line of(Document document) {
			return new Line(document.getId(), Names.of(document), Texts.text(document, LINE),
					Texts.metadata(Names.forPeople(document.getMetadata())),
					Texts.metadata(Names.technical(document.getMetadata())), Texts.number(document.getScore()), null);
		}

		static Line damaged(long key, CorruptStoreException damage) {
			return new Line(null, "Row key " + key, "", Map.of(), Map.of(), null, String.valueOf(damage.getMessage()));
		}

	}

	/**
	 * One document.
	 *
	 * @param id of the document
	 * @param name by which people know it, {@code null} if its metadata have none
	 * @param text its beginning, which mostly is all
	 * @param textLength of all of it
	 * @param metadata as texts, what is for people first
	 * @param types of the metadata
	 * @param nearest others, {@code null} if it has no vector, or if they are on their
	 * way
	 * @param arriving whether others are on their way
	 */
	record Whole(String id, @Nullable String name, String text, int textLength, Map<String, String> metadata,
			Map<String, String> types, @Nullable List<Line> nearest, boolean arriving) {

	}

}
