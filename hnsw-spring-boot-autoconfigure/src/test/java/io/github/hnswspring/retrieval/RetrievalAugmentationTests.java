package io.github.hnswspring.retrieval;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.SearchMode;
import io.github.hnswspring.vectorstore.StoreFixture;
import io.github.hnswspring.vectorstore.contract.RecordingChatModel;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.advisor.RetrievalAugmentationAdvisor;
import org.springframework.ai.rag.preretrieval.query.expansion.QueryExpander;
import org.springframework.ai.rag.retrieval.search.VectorStoreDocumentRetriever;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * From a question to a chat model's prompt, through Spring AI's advisor. Operations shows
 * the code between the marks.
 */
class RetrievalAugmentationTests {

	@TempDir
	Path directory;

	private final TestEmbeddingModel embeddingModel = new TestEmbeddingModel();

	private final RecordingChatModel chatModel = new RecordingChatModel();

	private HnswVectorStore store;

	@BeforeEach
	void open() {
		this.store = StoreFixture.open(this.directory, this.embeddingModel);
		this.store.add(List.of(document("length", "the harbour charges fees by length, with tariff H-17", "port", 2024),
				document("arrival", "in the harbour fees are due on arrival", "port", 2025),
				document("moorings", "buoys are let by the month", "port", 2025),
				document("bakery", "the bakery opens at six", "town", 2024),
				document("old", "parking used to be free", "town", 1990)));
		this.chatModel.answerWith("an answer");
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	private static Document document(String id, String text, String tenant, int year) {
		return new Document(id, text, Map.of("tenant", tenant, "year", year));
	}

	private ChatClientResponse ask(RetrievalAugmentationAdvisor advisor, String question, Map<String, Object> context) {
		return ChatClient.create(this.chatModel)
			.prompt()
			.advisors((spec) -> spec.advisors(advisor).params(context))
			.user(question)
			.call()
			.chatClientResponse();
	}

	private static List<Document> retrieved(ChatClientResponse response) {
		Object documents = response.context().get(RetrievalAugmentationAdvisor.DOCUMENT_CONTEXT);
		return List.copyOf(assertThat(documents).asInstanceOf(InstanceOfAssertFactories.list(Document.class)).actual());
	}

	private static RetrievalAugmentationAdvisor advisor(VectorStore store) {
		// region
		HnswSearchRequest template = HnswSearchRequest
			.of(SearchRequest.builder().topK(2).similarityThreshold(0.2).build())
			.withMode(SearchMode.HYBRID)
			.withTextFallback();
		RetrievalAugmentationAdvisor advisor = RetrievalAugmentationAdvisor.builder()
			.documentRetriever(new HnswDocumentRetriever(store, template))
			.documentJoiner(new RankFusionDocumentJoiner())
			.build();
		// endregion
		return advisor;
	}

	private static RetrievalAugmentationAdvisor advisor(VectorStore store, HnswSearchRequest template,
			QueryExpander expander) {
		// region
		RetrievalAugmentationAdvisor advisor = RetrievalAugmentationAdvisor.builder()
			.queryExpander(expander)
			.documentRetriever(new HnswDocumentRetriever(store, template))
			.documentJoiner(new RankFusionDocumentJoiner())
			.build();
		// endregion
		return advisor;
	}

	@Test
	void whatWordsAndMeaningFindReachesThePrompt() {
		ChatClientResponse response = ask(advisor(this.store), "what is tariff H-17 of the harbour?", Map.of());
		assertThat(retrieved(response)).extracting(Document::getId).containsExactly("length", "arrival");
		assertThat(retrieved(response).get(0).getMetadata()).containsEntry(HitMetadata.TEXT_RANK, 1)
			.containsKey(HitMetadata.DENSE_SCORE);
		assertThat(this.chatModel.lastPrompt())
			.contains("the harbour charges fees by length", "fees are due on arrival", "what is tariff H-17")
			.doesNotContain("bakery", "parking");
	}

	@Test
	void aFilterOfTheRequestDecidesWhatReachesThePrompt() {
		RetrievalAugmentationAdvisor advisor = advisor(this.store);
		ChatModel chatModel = this.chatModel;
		// region
		String answer = ChatClient.create(chatModel)
			.prompt("when does the bakery open?")
			.advisors((spec) -> spec.advisors(advisor)
				.param(VectorStoreDocumentRetriever.FILTER_EXPRESSION, "tenant == 'town' && year >= 2024"))
			.call()
			.content();
		// endregion
		assertThat(answer).isEqualTo("an answer");
		assertThat(this.chatModel.lastPrompt()).contains("the bakery opens at six")
			.doesNotContain("charges fees", "due on arrival", "used to be free");
	}

	@Test
	void wordsGoOnWhereTheEmbeddingModelIsDown() {
		this.embeddingModel.failFromCall(0);
		ChatClientResponse response = ask(advisor(this.store), "what is tariff H-17?", Map.of());
		assertThat(retrieved(response)).first()
			.satisfies((document) -> assertThat(document.getId()).isEqualTo("length"))
			.satisfies((document) -> assertThat(document.getMetadata()).containsEntry(HitMetadata.FALLBACK, "text"));
	}

	@Test
	void theOrderOfAnAnswerStaysWithItsNeighborsAtTheirHits() {
		this.store.add(List.of(passage("inn-0", "the inn was built of stone", 0),
				passage("inn-1", "rooms of the inn cost ninety a night", 1),
				passage("inn-2", "breakfast is at eight", 2)));
		HnswSearchRequest template = HnswSearchRequest.of(SearchRequest.builder().topK(2).build())
			.withMode(SearchMode.TEXT)
			.withNeighbors(1, 1);
		String question = "rooms cost ninety; the harbour tariff H-17";
		ChatClientResponse response = ask(advisor(this.store, template, List::of), question, Map.of());
		List<String> found = this.store.similaritySearch(template.withQuery(question))
			.stream()
			.map(Document::getId)
			.toList();
		assertThat(found).containsSubsequence("inn-0", "inn-1", "inn-2").contains("length");
		assertThat(retrieved(response)).extracting(Document::getId).isEqualTo(found);
	}

	private static Document passage(String id, String text, int at) {
		return new Document(id, text, Map.of("parent_document_id", "inn", "chunk_index", at));
	}

	@Test
	void whatSeveralQueriesFindIsJoinedByRank() {
		QueryExpander expander = (query) -> List.of(query, new Query("fees due on arrival in the harbour"),
				new Query("buoys by the month"));
		HnswSearchRequest template = HnswSearchRequest.of(SearchRequest.builder().topK(2).build())
			.withMode(SearchMode.HYBRID);
		ChatClientResponse response = ask(advisor(this.store, template, expander), "harbour fees by length", Map.of());
		List<Document> retrieved = retrieved(response);
		assertThat(retrieved).extracting(Document::getId).doesNotHaveDuplicates().contains("moorings", "length");
		assertThat(retrieved.get(0).getId()).as("the only one in all three lists").isEqualTo("length");
		assertThat(retrieved).extracting(Document::getScore)
			.allSatisfy((score) -> assertThat(score).isGreaterThan(0).isLessThanOrEqualTo(1));
		assertThat(this.chatModel.lastPrompt()).containsOnlyOnce("fees are due on arrival");
	}

}
