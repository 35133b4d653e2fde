package io.github.hnswspring.vectorstore.contract;

import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.filter.FilterTextParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The same filters on Spring AI's {@code SimpleVectorStore} and on ours: the same
 * documents, except for the differences shown one by one.
 */
@ParameterizedClass
@EnumSource(SearchMode.class)
class SimpleVectorStoreComparisonTests extends AbstractStoreTests {

	private static final FilterExpressionBuilder B = new FilterExpressionBuilder();

	// Created at 2024-01-07T14:29:12.148Z.
	private static final Date ACTIVATED = new Date(1704637752148L);

	private final SimpleVectorStore simple = SimpleVectorStore.builder(new TestEmbeddingModel() {
		@Override
		public int dimensions() {
			return 64;
		}
	}).build();

	SimpleVectorStoreComparisonTests(SearchMode mode) {
		super(mode);
	}

	@BeforeEach
	void fill() {
		List<Document> documents = new ArrayList<>();
		add(documents, Map.of("city", "Seoul", "year", 2020, "country", "BG", "open", true, "temperature", -15.6));
		add(documents, Map.of("city", "Sofia", "year", 2019, "country", "BG", "open", false, "temperature", 20.13));
		add(documents, Map.of("city", "Plovdiv", "year", 2021L, "country", "NL", "open", true, "temperature", -16.0));
		add(documents, Map.of("city", "Varna", "year", 2020.0, "country", "US", "country 1 2 3", "BG"));
		add(documents, Map.of("city", "Burgas", "activated", "2024-01-07T14:29:12Z", "score", 2.0));
		add(documents, Map.of("city", "Utrecht", "activated", "2024-01-07T00:00:00Z", "score", 4));
		add(documents, Map.of("genre", "drama"));
		this.store.add(documents);
		this.simple.add(documents);
	}

	static Stream<Expression> sameFilters() {
		Stream<String> texts = Stream.of("country == 'BG'", "country != 'BG'", "year > 2020", "year >= 2020",
				"year >= 2020 AND country == 'BG'", "year >= 2020 OR (country == 'BG' AND city != 'Sofia')",
				"NOT country == 'BG'", "NOT (NOT country == 'BG')", "country in ['NL', 'US', 'BG']",
				"city nin ['Sofia', 'Plovdiv']", "city NOT IN ['Sofia']", "country IS NULL", "country IS NOT NULL",
				"NOT country IS NULL", "(year >= 2020 OR country == 'BG') AND city NIN ['Sofia', 'Plovdiv']",
				"open == true AND year >= 2020 AND country IN ['BG', 'NL', 'US']", "open != true",
				"temperature >= -15.6 AND temperature <= 20.13", "year in [2019, 2021]", "year nin [2020, 2021]",
				"score in [1, 2, 3]", "\"country 1 2 3\" == 'BG'", "activated == '2024-01-07T00:00:00Z'");
		Stream<Expression> built = Stream.of(B.in("year", 2019L, 2020L, 2021L).build(), B.eq("year", 2020.0).build(),
				B.in("genre", "comedy", "drama").build(), B.nin("genre", List.of()).build(),
				B.in("genre", List.of()).build(), B.eq("'country 1 2 3'", "BG").build(),
				B.group(B.or(B.eq("genre", "drama"), B.eq("open", false))).build(),
				B.eq("activated", new Date(ACTIVATED.getTime() / 1_000 * 1_000)).build());
		return Stream.concat(texts.map(FilterTextParser::parse), built);
	}

	@ParameterizedTest
	@MethodSource("sameFilters")
	void findsWhatSimpleVectorStoreFinds(Expression filter) {
		assertThat(found(this.store, filter)).isEqualTo(found(this.simple, filter));
	}

	@Test
	void aMissingKeyIsNoSmallestValue() {
		Expression filter = B.lt("year", 2020).build();
		assertThat(found(this.simple, filter)).containsExactly("1", "4", "5", "6");
		assertThat(found(this.store, filter)).containsExactly("1");
	}

	@Test
	void valuesThatCannotBeComparedDoNotMatchInsteadOfFailing() {
		Expression filter = B.eq("city", 5).build();
		assertThatThrownBy(() -> found(this.simple, filter)).isInstanceOf(IllegalArgumentException.class);
		assertThat(found(this.store, filter)).isEmpty();
		assertThat(found(this.store, B.ne("city", 5).build())).hasSize(7);
	}

	@Test
	void datesKeepTheirMilliseconds() {
		Expression filter = B.eq("activated", ACTIVATED).build();
		assertThat(found(this.simple, filter)).containsExactly("4");
		assertThat(found(this.store, filter)).isEmpty();
		assertThat(found(this.store, B.lt("activated", ACTIVATED).build())).containsExactly("4", "5");
	}

	@Test
	void longsAreNotComparedAsDoubles() {
		long big = (1L << 53) + 1;
		List<Document> document = List.of(document("big", "any text", Map.of("big", big)));
		this.store.add(document);
		this.simple.add(document);
		Expression filter = B.eq("big", big - 1).build();
		assertThat(found(this.simple, filter)).containsExactly("big");
		assertThat(found(this.store, filter)).isEmpty();
		assertThat(found(this.store, B.eq("big", big).build())).containsExactly("big");
	}

	@Test
	void aListMatchesIfAnElementDoes() {
		List<Document> document = List.of(document("tagged", "any text", Map.of("tags", List.of("a", "b"))));
		this.store.add(document);
		this.simple.add(document);
		Expression filter = B.eq("tags", "a").build();
		assertThatThrownBy(() -> found(this.simple, filter)).isInstanceOf(IllegalArgumentException.class);
		assertThat(found(this.store, filter)).containsExactly("tagged");
	}

	private static void add(List<Document> documents, Map<String, Object> metadata) {
		documents.add(document("" + documents.size(), "any text", metadata));
	}

	private static List<String> found(VectorStore store, Expression filter) {
		return ids(store.similaritySearch(SearchRequest.builder()
			.query("any text")
			.topK(100)
			.similarityThresholdAll()
			.filterExpression(filter)
			.build()));
	}

}
