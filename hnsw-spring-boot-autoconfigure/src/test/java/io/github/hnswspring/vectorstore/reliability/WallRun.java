package io.github.hnswspring.vectorstore.reliability;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.MetadataChanges;
import io.github.hnswspring.vectorstore.SearchExplanation;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.SearchPage;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.filter.FilterEvaluator;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.observation.AbstractObservationVectorStore;

/**
 * One store with scopes that are as like each other as can be, attacked from within each
 * in turn. Every text has a mark of its owner, which is in no attempt: no answer and no
 * message may have another's. After each attempt the whole store is compared with what it
 * was: only documents of the scope may have changed. Confined to one test.
 */
final class WallRun {

	/** Who owns a text; of all others nobody may see it. */
	private static final Pattern MARK = Pattern.compile("mark(\\d+)x");

	/** Of documents that belong to no scope. */
	private static final int NOBODY = 99;

	/** With more documents a scope has some deleted. */
	private static final int MOST = 14;

	/** Kinds of attempts from here on may change documents. */
	private static final int FIRST_WRITE = 10;

	/** After so many reads it is looked whether they changed anything. */
	private static final int READS_COMPARED = 50;

	private static final List<Map<String, Object>> SCOPES = List.of(Map.of("tenant", "acme"), Map.of("tenant", "Acme"),
			Map.of("tenant", "acme "), Map.of("tenant", 1), Map.of("tenant", "1"), Map.of("tenant", true),
			Map.of("tenant", "true"), Map.of("tenant", "2024-01-01"), Map.of("tenant", "2024-01-01T00:00:00Z"),
			Map.of("tenant", "{\"tenant\":\"acme\"}"), Map.of("tenant", "a\",\"user\":\"bob"),
			Map.of("tenant", "\u00e9"), Map.of("tenant", "e\u0301"));

	private final HnswVectorStore store;

	private final TestEmbeddingModel model = new TestEmbeddingModel(16, "walls");

	private final List<DocumentStore> inside = new ArrayList<>();

	private final Random random;

	private final long seed;

	private final WallFilters filters;

	private final List<String> tokens = new ArrayList<>();

	private final Map<String, Integer> outcomes = new TreeMap<>();

	private Map<String, Row> rows = Map.of();

	private int written;

	// Of the attempt under way.
	private int attacker;

	private String attempt = "";

	private int kind;

	WallRun(Path directory, long seed) {
		System.out.println("WallRun, seed " + seed);
		this.seed = seed;
		this.random = new Random(seed);
		this.filters = new WallFilters(this.random);
		this.store = StoreFixture.open(directory, this.model);
		for (Map<String, Object> scope : SCOPES) {
			this.inside.add(this.store.scopedTo(scope));
		}
	}

	/**
	 * A document as it lies in the store.
	 *
	 * @param text of it
	 * @param metadata of it
	 */
	private record Row(String text, Map<String, Object> metadata) {

	}

	String summary() {
		return this.outcomes.values().stream().mapToInt(Integer::intValue).sum() + " attempts from " + SCOPES.size()
				+ " scopes: 0 answers or messages with a foreign text, 0 foreign documents changed, each answer complete ("
				+ this.outcomes + ")";
	}

	void attempts(int count) {
		try {
			fill();
			for (int i = 0; i < count; i++) {
				this.attacker = this.random.nextInt(SCOPES.size());
				int before = this.written;
				String outcome;
				try {
					outcome = attempt(this.inside.get(this.attacker));
				}
				catch (RuntimeException ex) {
					for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
						checkMarks(String.valueOf(cause.getMessage()));
					}
					outcome = ex.getClass().getSimpleName();
				}
				catch (StackOverflowError ex) {
					outcome = ex.getClass().getSimpleName();
				}
				this.outcomes.merge(outcome, 1, Integer::sum);
				if (this.written > before || this.kind >= FIRST_WRITE || i % READS_COMPARED == 0) {
					compare();
				}
			}
		}
		finally {
			this.store.close();
		}
	}

	private AssertionError failure(String what) {
		return new AssertionError(
				"seed " + this.seed + ", from scope " + SCOPES.get(this.attacker) + ", " + this.attempt + ": " + what);
	}

	private String mark(int owner) {
		return "mark" + owner + "x" + this.written++ + "x";
	}

	private Document document(int owner, String id, Object... metadata) {
		return StoreFixture.document(id, "river copper " + mark(owner), metadata);
	}

	private void fill() {
		for (int owner = 0; owner < SCOPES.size(); owner++) {
			for (int i = 0; i < 4; i++) {
				this.inside.get(owner)
					.add(List.of(document(owner, "doc" + i, "note", mark(owner), "parent_document_id", "book",
							"chunk_index", i, "number", i)));
			}
			this.inside.get(owner).sync("guide", List.of(document(owner, "s", "note", mark(owner))));
			Map.Entry<String, Object> scope = SCOPES.get(owner).entrySet().iterator().next();
			this.store.add(List.of(document(owner, "outside" + owner, scope.getKey(), scope.getValue(), "note",
					mark(owner), "parent_document_id", "book", "chunk_index", 9)));
		}
		Object[][] nobodys = { {}, { "tenant", List.of("acme", "Acme", 1, "1") },
				{ "tenant", Instant.parse("2024-01-01T00:00:00Z") }, { "tenant", Map.of("tenant", "acme") },
				{ "tenant", 1.5 }, { "tenant", List.of() }, { "tenant.tenant", "acme" }, { "\"tenant\"", "acme" },
				{ "user", List.of("bob") } };
		for (int i = 0; i < nobodys.length; i++) {
			Document document = document(NOBODY, "nobody" + i, nobodys[i]);
			document.getMetadata().put("note", mark(NOBODY));
			document.getMetadata().put("parent_document_id", "book");
			this.store.add(List.of(document));
		}
		// What one scope would call its own, moved into another.
		this.store.add(List.of(document(1, "{\"tenant\":\"acme\"}taken", "tenant", "Acme", "note", mark(1))));
		this.rows = read();
	}

	private Map<String, Row> read() {
		Map<String, Row> read = new LinkedHashMap<>();
		this.store.list(null, DocumentPageRequest.first(100_000))
			.documents()
			.forEach((document) -> read.put(document.getId(),
					new Row(Objects.requireNonNull(document.getText()), document.getMetadata())));
		return read;
	}

	private static boolean isIn(int scope, Map<String, Object> metadata) {
		return SCOPES.get(scope)
			.entrySet()
			.stream()
			.allMatch((each) -> isSame(each.getValue(), metadata.get(each.getKey())));
	}

	/** An int and a long of one value are one value, as in filters. */
	private static boolean isSame(Object one, @Nullable Object other) {
		return one.equals(other)
				|| (one instanceof Integer number && other instanceof Long same && number.longValue() == same);
	}

	/** Whatever happened, it happened to documents of the scope. */
	private void compare() {
		Map<String, Row> now = read();
		Set<String> ids = new HashSet<>(now.keySet());
		ids.addAll(this.rows.keySet());
		for (String id : ids) {
			Row before = this.rows.get(id);
			Row after = now.get(id);
			if (Objects.equals(before, after)) {
				continue;
			}
			for (Row row : Arrays.asList(before, after)) {
				if (row != null && !isIn(this.attacker, row.metadata())) {
					throw failure("document " + id + " was " + before + " and is " + after);
				}
			}
		}
		this.rows = now;
	}

	private void checkMarks(String output) {
		Matcher matcher = MARK.matcher(output);
		while (matcher.find()) {
			if (Integer.parseInt(matcher.group(1)) != this.attacker) {
				throw failure("this came out: " + output);
			}
		}
	}

	/** What a scope has that a filter lets through, by its texts. */
	private Set<String> expected(Filter.@Nullable Expression filter) {
		FilterEvaluator evaluator = (filter != null) ? new FilterEvaluator(filter) : null;
		Set<String> expected = new HashSet<>();
		this.rows.values().forEach((row) -> {
			if (isIn(this.attacker, row.metadata()) && (evaluator == null || evaluator.matches(row.metadata()))) {
				expected.add(row.text());
			}
		});
		return expected;
	}

	private List<Document> shown(List<Document> documents) {
		documents.forEach((document) -> {
			checkMarks(document.toString());
			if (!isIn(this.attacker, document.getMetadata())) {
				throw failure("not of this scope: " + document);
			}
		});
		return documents;
	}

	private void same(Set<String> expected, List<Document> documents) {
		Set<String> texts = new HashSet<>();
		shown(documents).forEach((document) -> texts.add(document.getText()));
		if (!texts.equals(expected)) {
			throw failure("expected " + expected + " but was " + texts);
		}
	}

	private String id() {
		int other = this.random.nextInt(SCOPES.size());
		List<String> stored = List.copyOf(this.rows.keySet());
		return switch (this.random.nextInt(7)) {
			case 0 -> "outside" + other;
			case 1 -> "nobody" + this.random.nextInt(9);
			case 2 -> stored.get(this.random.nextInt(stored.size()));
			case 3 -> "{\"tenant\":\"acme\"}" + "doc" + this.random.nextInt(5);
			case 4 -> "taken";
			case 5 -> "{ \"tenant\":\"acme\"}doc1";
			default -> "doc" + this.random.nextInt(5);
		};
	}

	private HnswSearchRequest request(Filter.@Nullable Expression filter) {
		HnswSearchRequest request = HnswSearchRequest
			.of(SearchRequest.builder().query("river").topK(100).filterExpression(filter).build())
			.withMode(SearchMode.values()[this.random.nextInt(3)]);
		return switch (this.random.nextInt(6)) {
			case 0 -> request.withGroupBy(50);
			case 1 -> request.withGroupBy("tenant", 50);
			case 2 -> request.withNeighbors(2, 2);
			case 3 -> request.withExactSearch();
			case 4 -> request.withVector(this.model.vector("river copper")).withMode(SearchMode.DENSE);
			default -> request;
		};
	}

	private Document added() {
		Document document = document(this.attacker, id(), "note", mark(this.attacker), "number", this.random.nextInt(5),
				"parent_document_id", "book", "chunk_index", this.random.nextInt(10));
		if (this.random.nextInt(4) == 0) {
			document.getMetadata().put("tenant", this.filters.value());
		}
		return (this.random.nextInt(8) == 0) ? new ShiftyDocument(document, id()) : document;
	}

	/** Does something from within, and says what it was. */
	private String attempt(DocumentStore scope) {
		Filter.Expression filter = this.random.nextInt(6) == 0 ? null : this.filters.expression(4);
		this.kind = this.random.nextInt(25);
		if (expected(null).size() > MOST) {
			this.kind = 11;
			filter = null;
		}
		this.attempt = "attempt " + this.kind + " with " + ((filter != null) ? "a filter " : "no filter ") + filter;
		switch (this.kind) {
			case 0, 1, 2 -> {
				List<Document> found = scope.similaritySearch(request(filter));
				same(expected(filter), found);
				return "searched";
			}
			case 3 -> {
				shown(scope.similaritySearch(new ShiftyRequest(request(filter), this.filters)));
				return "searched by a request that is not what it says";
			}
			case 4 -> {
				shown(((AbstractObservationVectorStore) scope).doSimilaritySearch(request(filter)));
				return "searched past the observation";
			}
			case 5 -> {
				HnswSearchRequest request = request(filter).withTopK(3);
				String token = this.tokens.isEmpty() || this.random.nextBoolean() ? null
						: this.tokens.get(this.random.nextInt(this.tokens.size()));
				SearchPage page = scope.search(request, token);
				shown(page.documents());
				note(page.next());
				note(this.store
					.search(HnswSearchRequest.of(SearchRequest.builder().query("river").topK(3).build()), null)
					.next());
				return "read pages";
			}
			case 6 -> {
				String id = id();
				List<Document> got = shown(scope.get(List.of(id, id())));
				boolean there = scope.exists(id);
				if (there != got.stream().anyMatch((document) -> document.getId().equals(id))) {
					throw failure("exists(" + id + ") is " + there + " but got " + got);
				}
				return "read by id";
			}
			case 7 -> {
				String id = id();
				SearchExplanation explanation = scope.explain(request(filter).withTopK(2), id);
				checkMarks(explanation.toString());
				boolean there = explanation.verdict() != SearchExplanation.Verdict.NOT_STORED;
				if (there != scope.exists(id) || explanation.otherLinks() > 0) {
					throw failure("explained " + id + " as " + explanation);
				}
				return "explained";
			}
			case 8 -> {
				long count = (filter != null) ? scope.count(filter) : scope.count();
				if (count != expected(filter).size()) {
					throw failure(count + " documents instead of " + expected(filter));
				}
				return "counted";
			}
			case 9 -> {
				same(expected(filter), scope.list(filter, DocumentPageRequest.first(1_000)).documents());
				shown(scope.list(filter, new DocumentPageRequest(this.random.nextInt(200), 5)).documents());
				return "listed";
			}
			case 10 -> {
				scope.delete(List.of(id(), id()));
				return "deleted by id";
			}
			case 11 -> {
				scope.delete((filter != null) ? filter : this.filters.expression(1));
				return "deleted by filter";
			}
			case 12 -> {
				scope.delete(this.filters.text());
				return "deleted by text";
			}
			case 13, 14, 15, 16 -> {
				Document document = added();
				scope.add(List.of(document));
				if (!(document instanceof ShiftyDocument) && !scope.exists(document.getId())) {
					throw failure("added " + document.getId() + " and it is not there");
				}
				return "added";
			}
			case 17 -> {
				scope.add(List.of(added()), List.of(this.model.vector("river")));
				return "added with vectors";
			}
			case 18 -> {
				scope.replace((filter != null) ? filter : this.filters.expression(2), List.of(added(), added()));
				return "replaced";
			}
			case 19 -> {
				scope.sync(this.random.nextBoolean() ? "guide" : "{\"tenant\":\"acme\"}guide",
						this.random.nextBoolean() ? List.of() : List.of(added(), added()));
				return "synced";
			}
			case 20 -> {
				if (scope.sources().keySet().stream().anyMatch((source) -> !source.endsWith("guide"))
						|| scope.sources().values().stream().mapToLong(Long::longValue).sum() > expected(null).size()) {
					throw failure("sources " + scope.sources());
				}
				return "listed sources";
			}
			case 21 -> {
				DocumentStore part = scope.scopedTo(SCOPES.get(this.random.nextInt(SCOPES.size())));
				shown(part.similaritySearch(request(filter)));
				part.delete(List.of(id()));
				return "narrowed the scope";
			}
			case 22 -> {
				((AbstractObservationVectorStore) scope).doDelete(List.of(id()));
				((AbstractObservationVectorStore) scope).doAdd(List.of(added()));
				return "wrote past the observation";
			}
			case 23 -> {
				MetadataChanges changes = this.random.nextBoolean() ? MetadataChanges.set("number", 7)
						: this.random.nextBoolean() ? MetadataChanges.set("tenant", this.filters.value())
								: MetadataChanges.remove("tenant", "number");
				if (filter != null) {
					scope.updateMetadata(filter, changes);
				}
				else {
					scope.updateMetadata(List.of(id(), id()), changes);
				}
				return "updated metadata";
			}
			default -> {
				List<Object> values = new ArrayList<>(List.of("acme"));
				Filter.Expression shifty = new Filter.Expression(Filter.ExpressionType.OR,
						new Filter.Expression(Filter.ExpressionType.IN, new Filter.Key("tenant"),
								new Filter.Value(values)),
						this.filters.expression(2));
				shown(scope.similaritySearch(SearchRequest.builder().query("river").filterExpression(shifty).build()));
				values.clear();
				SCOPES.forEach((each) -> values.addAll(each.values()));
				shown(scope.similaritySearch(SearchRequest.builder().query("river").filterExpression(shifty).build()));
				if (scope.getNativeClient().isPresent()) {
					throw failure("there is a native client");
				}
				return "changed a filter";
			}
		}
	}

	private void note(@Nullable String token) {
		if (token != null) {
			if (this.tokens.size() > 50) {
				this.tokens.remove(0);
			}
			this.tokens.add(token);
		}
	}

	/** Says something else each time. */
	private static final class ShiftyRequest extends SearchRequest {

		private final WallFilters filters;

		ShiftyRequest(SearchRequest request, WallFilters filters) {
			super(request);
			this.filters = filters;
		}

		@Override
		public Filter.Expression getFilterExpression() {
			return this.filters.expression(2);
		}

		@Override
		public boolean hasFilterExpression() {
			return false;
		}

		@Override
		public int getTopK() {
			return 1_000;
		}

	}

	/** Has another id and another tenant each time. */
	private static final class ShiftyDocument extends Document {

		private final String other;

		private int calls;

		ShiftyDocument(Document document, String other) {
			super(document.getId(), Objects.requireNonNull(document.getText()), document.getMetadata());
			this.other = other;
		}

		@Override
		public String getId() {
			return (this.calls++ % 2 == 0) ? super.getId() : this.other;
		}

		@Override
		public Map<String, Object> getMetadata() {
			Map<String, Object> metadata = new LinkedHashMap<>(super.getMetadata());
			if (this.calls++ % 3 == 0) {
				metadata.put("tenant", "Acme");
			}
			return metadata;
		}

	}

}
