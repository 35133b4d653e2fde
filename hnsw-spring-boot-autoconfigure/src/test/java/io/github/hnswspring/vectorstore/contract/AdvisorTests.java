package io.github.hnswspring.vectorstore.contract;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.hnswspring.vectorstore.SearchMode;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.vectorstore.QuestionAnswerAdvisor;
import org.springframework.ai.chat.client.advisor.vectorstore.VectorStoreChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring AI's advisors on this store: what of it reaches the prompt, and what does not.
 */
@ParameterizedClass
@EnumSource(SearchMode.class)
class AdvisorTests extends AbstractStoreTests {

	private final RecordingChatModel chatModel = new RecordingChatModel();

	AdvisorTests(SearchMode mode) {
		super(mode);
	}

	@Test
	void documentsNearestToTheQuestionReachThePrompt() {
		addHarbour();
		ChatClientResponse response = ask(QuestionAnswerAdvisor.builder(this.store)
			.searchRequest(SearchRequest.builder().topK(2).build())
			.build(), "what fees apply in the harbour", Map.of());
		assertThat(this.chatModel.lastPrompt())
			.contains("the harbour charges fees by length", "fees are due on arrival")
			.doesNotContain("bakery")
			.contains("what fees apply in the harbour");
		assertThat(response.context().get(QuestionAnswerAdvisor.RETRIEVED_DOCUMENTS))
			.asInstanceOf(InstanceOfAssertFactories.list(Document.class))
			.extracting(Document::getId)
			.containsExactlyInAnyOrder("length", "arrival");
	}

	@Test
	void aFilterOfTheRequestDecidesWhatReachesThePrompt() {
		addHarbour();
		ask(QuestionAnswerAdvisor.builder(this.store).build(), "what fees apply in the harbour",
				Map.of(QuestionAnswerAdvisor.FILTER_EXPRESSION, "tenant == 'town' && year >= 2024"));
		assertThat(this.chatModel.lastPrompt()).contains("the bakery opens at six")
			.doesNotContain("charges fees", "due on arrival", "used to be free");
	}

	@Test
	void nothingFoundIsNoContext() {
		ask(QuestionAnswerAdvisor.builder(this.store).build(), "what fees apply", Map.of());
		assertThat(this.chatModel.lastPrompt()).contains("what fees apply");
	}

	@Test
	void memoryBringsBackWhatWasSaidLongAgo() {
		say("c1", "my boat is called Falcon", "a fine name");
		say("c1", "the weather is bad", "stay in port");
		say("c1", "what is my boat called", "Falcon");
		assertThat(this.chatModel.lastPrompt()).contains("my boat is called Falcon");
		// By words an answer is remembered only if it has one of the question's.
		assertThat(this.chatModel.lastPrompt().contains("a fine name")).isEqualTo(this.mode != SearchMode.TEXT);
		assertThat(this.store.count()).as("questions and answers").isEqualTo(6);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"',
			value = { "c1, c2", "2024-01-15, 2024-01-15T00:00:00Z", "2024-01-15T00:00, 2024-01-15",
					"2024-01-15T00:00:00Z, 2024-01-15T02:00:00+02:00", "c, C", "1, 1.0", "1, 01", "true, TRUE",
					"a b, a  b", "x' || conversationId != ', y", "caf\u00e9, cafe\u0301" })
	void memoryOfOneConversationNeverReachesAnother(String one, String other) {
		say(one, "my boat is called Falcon", "a fine name");
		say(other, "what is my boat called", "unknown");
		assertThat(this.chatModel.lastPrompt()).doesNotContain("Falcon", "a fine name");
		say(one, "what is my boat called", "Falcon");
		assertThat(this.chatModel.lastPrompt()).contains("my boat is called Falcon").doesNotContain("unknown");
	}

	@Test
	void aModelThatAnswersNothingLeavesNothingToRemember() {
		say("c1", "is anybody there");
		assertThat(this.store.count()).as("the question alone").isOne();
		say("c1", "is anybody there now", "yes", "indeed");
		assertThat(this.store.count()).isEqualTo(4);
	}

	@Test
	void emptyListsAreAddedAndChangeNothing() {
		addHarbour();
		this.store.add(List.of());
		this.store.write(List.of());
		this.store.accept(List.of());
		assertThat(this.store.count()).isEqualTo(4);
	}

	@Test
	void streamedAnswersAreRememberedWhole() {
		this.chatModel.answerWith("it is called Falcon");
		String answer = String.join("", Objects.requireNonNull(
				memoryClient("c1").user("what is my boat called").stream().content().collectList().block()));
		assertThat(answer).isEqualTo("it is called Falcon");
		assertThat(search("boat called", 10)).extracting(Document::getText)
			.containsExactlyInAnyOrder("what is my boat called", "it is called Falcon");
	}

	private void addHarbour() {
		this.store.add(List.of(
				document("length", "the harbour charges fees by length", Map.of("tenant", "port", "year", 2024)),
				document("arrival", "in the harbour fees are due on arrival", Map.of("tenant", "port", "year", 2025)),
				document("bakery", "the bakery opens at six", Map.of("tenant", "town", "year", 2024)),
				document("old", "parking used to be free", Map.of("tenant", "town", "year", 1990))));
	}

	private ChatClientResponse ask(QuestionAnswerAdvisor advisor, String question, Map<String, Object> parameters) {
		this.chatModel.answerWith("an answer");
		return ChatClient.create(this.chatModel)
			.prompt()
			.advisors((spec) -> spec.advisors(advisor).params(parameters))
			.user(question)
			.call()
			.chatClientResponse();
	}

	private void say(String conversation, String text, String... answers) {
		this.chatModel.answerWith(answers);
		memoryClient(conversation).user(text).call().chatClientResponse();
	}

	private ChatClient.ChatClientRequestSpec memoryClient(String conversation) {
		return ChatClient.create(this.chatModel)
			.prompt()
			.advisors((spec) -> spec.advisors(VectorStoreChatMemoryAdvisor.builder(this.store).build())
				.param(ChatMemory.CONVERSATION_ID, conversation));
	}

}
