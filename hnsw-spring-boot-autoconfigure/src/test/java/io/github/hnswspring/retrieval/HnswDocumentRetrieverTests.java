package io.github.hnswspring.retrieval;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.SearchMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.retrieval.search.VectorStoreDocumentRetriever;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What a query and the template ask the store. */
class HnswDocumentRetrieverTests {

	private static final Filter.Expression TENANT = new FilterExpressionBuilder().eq("tenant", "port").build();

	private static final HnswSearchRequest TEMPLATE = HnswSearchRequest
		.of(SearchRequest.builder().query("of the template").topK(7).similarityThreshold(0.25).build())
		.withFilterExpression(TENANT)
		.withMode(SearchMode.HYBRID)
		.withTextWeight(0.3)
		.withTextFallback()
		.withEfSearch(80);

	private final List<SearchRequest> requests = new ArrayList<>();

	/** Stands in front of a store, as an aspect would, and is none of ours. */
	private final VectorStore store = (VectorStore) Proxy.newProxyInstance(getClass().getClassLoader(),
			new Class<?>[] { VectorStore.class }, (proxy, method, arguments) -> {
				this.requests.add((SearchRequest) arguments[0]);
				return List.of(new Document("a text"));
			});

	private HnswSearchRequest asked(Query query) {
		assertThat(new HnswDocumentRetriever(this.store, TEMPLATE).retrieve(query)).extracting(Document::getText)
			.containsExactly("a text");
		assertThat(this.requests).hasSize(1);
		return (HnswSearchRequest) this.requests.get(0);
	}

	private static Query query(Object filter) {
		return Query.builder()
			.text("of the query")
			.context(Map.of(VectorStoreDocumentRetriever.FILTER_EXPRESSION, filter))
			.build();
	}

	@Test
	void theTemplateSaysHowTheQuerySaysWhat() {
		assertThat(asked(new Query("of the query"))).isEqualTo(TEMPLATE.withQuery("of the query"))
			.isNotEqualTo(TEMPLATE)
			.satisfies((request) -> assertThat(request.getQuery()).isEqualTo("of the query"))
			.satisfies((request) -> assertThat(request.getTopK()).isEqualTo(7))
			.satisfies((request) -> assertThat(request.getSimilarityThreshold()).isEqualTo(0.25))
			.satisfies((request) -> assertThat(request.getFilterExpression()).isEqualTo(TENANT))
			.satisfies((request) -> assertThat(request.getMode()).isEqualTo(SearchMode.HYBRID))
			.satisfies((request) -> assertThat(request.getTextWeight()).isEqualTo(0.3))
			.satisfies((request) -> assertThat(request.isTextFallback()).isTrue())
			.satisfies((request) -> assertThat(request.getEfSearch()).isEqualTo(80));
	}

	/**
	 * Or a user's filter would get out of the tenant that the template confines it to.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "year >= 2024", "tenant == 'other' || year >= 2024" })
	void aFilterOfTheQueryNarrowsThatOfTheTemplate(String text) {
		Filter.Expression filter = HnswSearchRequest.parseFilter(text);
		Filter.Expression both = new Filter.Expression(Filter.ExpressionType.AND, new Filter.Group(TENANT),
				new Filter.Group(filter));
		assertThat(asked(query(filter))).isEqualTo(TEMPLATE.withQuery("of the query").withFilterExpression(both));
		this.requests.clear();
		assertThat(asked(query(text)).getFilterExpression()).isEqualTo(both);
	}

	@Test
	void withoutAFilterInTheTemplateThatOfTheQueryHoldsAlone() {
		Filter.Expression year = new FilterExpressionBuilder().gte("year", 2024).build();
		HnswSearchRequest open = HnswSearchRequest.of(SearchRequest.builder().build());
		new HnswDocumentRetriever(this.store, open).retrieve(query(year));
		assertThat(this.requests.get(0).getFilterExpression()).isEqualTo(year);
	}

	@Test
	void blankTextIsNoFilter() {
		assertThat(asked(query(" ")).getFilterExpression()).isEqualTo(TENANT);
	}

	@ParameterizedTest
	@ValueSource(strings = { "year >=", "((((((((((((((((((((((((((((((((((((((a == 1" })
	void textThatIsNoFilterIsRefusedBeforeTheStoreIsAsked(String text) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new HnswDocumentRetriever(this.store, TEMPLATE).retrieve(query(text)));
		assertThat(this.requests).isEmpty();
	}

	@Test
	void whatIsNoFilterAtAllIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new HnswDocumentRetriever(this.store, TEMPLATE)
				.retrieve(query(new FilterExpressionBuilder().eq("tenant", "port"))))
			.withMessageContaining(VectorStoreDocumentRetriever.FILTER_EXPRESSION)
			.withMessageContaining("FilterExpressionBuilder$Op");
		assertThat(this.requests).isEmpty();
	}

	@Test
	void aQueryBringsThePositionOfWhatWasWrittenBeforeIt() {
		assertThat(asked(positioned("p"))).isEqualTo(
				TEMPLATE.withQuery("of the query").withMinimumPosition("p", HnswDocumentRetriever.POSITION_TIMEOUT));
		HnswSearchRequest template = TEMPLATE.withMinimumPosition("former", Duration.ofSeconds(1));
		new HnswDocumentRetriever(this.store, template).retrieve(positioned("p"));
		assertThat(this.requests.get(1))
			.isEqualTo(TEMPLATE.withQuery("of the query").withMinimumPosition("p", Duration.ofSeconds(1)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new HnswDocumentRetriever(this.store, TEMPLATE).retrieve(positioned(5)))
			.withMessageContaining(HnswDocumentRetriever.MINIMUM_POSITION);
	}

	private static Query positioned(Object position) {
		return Query.builder()
			.text("of the query")
			.context(Map.of(HnswDocumentRetriever.MINIMUM_POSITION, position))
			.build();
	}

	@Test
	void aTemplateHasNoVector() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new HnswDocumentRetriever(this.store, TEMPLATE.withVector(new float[] { 1 })))
			.withMessageContaining("withVector");
	}

	@Test
	void whatIsNullIsNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> new HnswDocumentRetriever(null, TEMPLATE))
			.withMessageStartingWith("The store must not be null; ");
		assertThatIllegalArgumentException().isThrownBy(() -> new HnswDocumentRetriever(this.store, null))
			.withMessageStartingWith("The template must not be null; ");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new HnswDocumentRetriever(this.store, TEMPLATE).retrieve(null))
			.withMessageStartingWith("The query must not be null; ");
	}

}
