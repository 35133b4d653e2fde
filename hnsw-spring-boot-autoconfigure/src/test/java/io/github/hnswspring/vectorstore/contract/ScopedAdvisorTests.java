package io.github.hnswspring.vectorstore.contract;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.hnswspring.retrieval.HnswDocumentRetriever;
import io.github.hnswspring.vectorstore.DocumentStore;
import io.github.hnswspring.vectorstore.HnswSearchRequest;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.vectorstore.QuestionAnswerAdvisor;
import org.springframework.ai.chat.client.advisor.vectorstore.VectorStoreChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.retrieval.search.VectorStoreDocumentRetriever;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/** Spring AI's own features with parts of a store behind walls. */
class ScopedAdvisorTests extends AbstractStoreTests {

	private final RecordingChatModel chatModel = new RecordingChatModel();

	private DocumentStore acme;

	private DocumentStore other;

	@BeforeEach
	void scopes() {
		this.acme = this.store.scopedTo(Map.of("tenant", "acme"));
		this.other = this.store.scopedTo(Map.of("tenant", "other"));
	}

	private String prompt(Advisor advisor, Map<String, Object> parameters, String question) {
		this.chatModel.answerWith("an answer");
		ChatClient.create(this.chatModel)
			.prompt()
			.advisors((spec) -> spec.advisors(advisor).params(parameters))
			.user(question)
			.call()
			.chatClientResponse();
		return this.chatModel.lastPrompt();
	}

	@Test
	void memoryOfOneConversationIdIsAnotherInEachScope() {
		Map<String, Object> conversation = Map.of(ChatMemory.CONVERSATION_ID, "1");
		Advisor memory = VectorStoreChatMemoryAdvisor.builder(this.acme).build();
		prompt(memory, conversation, "my boat is called Falcon");
		assertThat(prompt(memory, conversation, "what is my boat called")).contains("my boat is called Falcon");
		for (String id : List.of("1", "1' OR tenant == 'acme", "{\"tenant\":\"acme\"}1")) {
			assertThat(prompt(VectorStoreChatMemoryAdvisor.builder(this.other).build(),
					Map.of(ChatMemory.CONVERSATION_ID, id), "what is my boat called"))
				.doesNotContain("Falcon");
		}
		assertThat(this.acme.count()).isEqualTo(4);
	}

	@Test
	void questionsAreAnsweredFromTheScope() {
		this.acme.add(List.of(document("a", "the harbour charges fees by length", Map.of())));
		this.other.add(List.of(document("a", "in the harbour fees are secret", Map.of())));
		assertThat(prompt(QuestionAnswerAdvisor.builder(this.acme).build(),
				Map.of(QuestionAnswerAdvisor.FILTER_EXPRESSION, "tenant == 'other' OR tenant == 'acme'"),
				"which fees has the harbour"))
			.contains("by length")
			.doesNotContain("secret");
	}

	@Test
	void retrieversRetrieveFromTheScope() {
		this.acme.add(List.of(document("a", "the harbour charges fees by length", Map.of())));
		this.other.add(List.of(document("a", "in the harbour fees are secret", Map.of())));
		Query query = Query.builder()
			.text("which fees has the harbour")
			.context(Map.of(VectorStoreDocumentRetriever.FILTER_EXPRESSION, "tenant == 'other' OR tenant == 'acme'"))
			.build();
		assertThat(new HnswDocumentRetriever(this.acme, HnswSearchRequest.of(SearchRequest.builder().topK(5).build()))
			.retrieve(query)).extracting(Document::getText).containsExactly("the harbour charges fees by length");
		assertThat(VectorStoreDocumentRetriever.builder().vectorStore(this.acme).build().retrieve(query)).hasSize(1);
	}

	@Test
	void anAssistantRemembersWithinAScope() {
		this.chatModel.answerWith("an answer");
		ChatClient assistant = assistant(this.chatModel, this.acme);
		assistant.prompt("my boat is called Falcon")
			.advisors((advisors) -> advisors.param(ChatMemory.CONVERSATION_ID, "1"))
			.call()
			.content();
		assertThat(this.acme.scopedTo(Map.of("kind", "memory")).count()).isEqualTo(2);
	}

	// region
	ChatClient assistant(ChatModel chatModel, DocumentStore scoped) {
		return ChatClient.builder(chatModel)
			.defaultAdvisors(VectorStoreChatMemoryAdvisor.builder(scoped.scopedTo(Map.of("kind", "memory"))).build())
			.build();
	}
	// endregion

}
