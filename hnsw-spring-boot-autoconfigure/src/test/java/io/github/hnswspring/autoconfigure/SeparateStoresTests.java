package io.github.hnswspring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.TestEmbeddingModel;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreListener;
import io.github.hnswspring.vectorstore.StoreProgress;
import io.github.hnswspring.vectorstore.contract.RecordingChatModel;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.vectorstore.QuestionAnswerAdvisor;
import org.springframework.ai.chat.client.advisor.vectorstore.VectorStoreChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Chat memory, tool descriptions and answers that are kept lie beside the documents, in
 * stores of their own, where they are no passages of anything.
 */
class SeparateStoresTests {

	private static final String QUESTION = "how is a refund for an order paid";

	private final RecordingChatModel chatModel = new RecordingChatModel();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(HnswVectorStoreAutoConfiguration.class))
		.withBean(TestEmbeddingModel.class, TestEmbeddingModel::new)
		.withBean(ChatModel.class, () -> this.chatModel);

	private static List<Document> passages() {
		return IntStream.range(0, 50)
			.mapToObj((i) -> new Document("p" + i, "a refund for order number " + i + " is paid within days",
					Map.of("kind", "passage")))
			.toList();
	}

	/** As VectorToolIndex writes them; in words they are as near to questions. */
	private static List<Document> tools() {
		return IntStream.range(0, 500)
			.mapToObj((i) -> new Document("t" + i, "refund" + i + ": how a refund for an order is paid, case " + i,
					Map.of("toolName", "refund" + i, "sessionId", "s1")))
			.toList();
	}

	private static List<Document> found(VectorStore store) {
		return store.similaritySearch(SearchRequest.builder().query(QUESTION).topK(40).build());
	}

	@Test
	void inOneStoreToolsCrowdPassagesOut() {
		this.runner.withPropertyValues("hnsw.directory=").run((context) -> {
			VectorStore store = context.getBean(VectorStore.class);
			store.add(passages());
			store.add(tools());
			assertThat(found(store)).hasSize(40).allMatch((document) -> document.getMetadata().containsKey("toolName"));
		});
	}

	@Test
	void inStoresOfTheirOwnNothingMixes() {
		this.runner
			.withPropertyValues("hnsw.directory=", "hnsw.stores.chat-memory.m=8",
					"hnsw.stores.tools.search.mode=hybrid", "hnsw.stores.answers.metric=cosine")
			.withUserConfiguration(Assistant.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				VectorStore documents = context.getBean("hnswVectorStore", VectorStore.class);
				VectorStore tools = context.getBean("tools", VectorStore.class);
				documents.add(passages());
				tools.add(tools());
				ChatClient assistant = context.getBean(ChatClient.class);
				for (int i = 0; i < 10; i++) {
					this.chatModel.answerWith("within days, number " + i);
					assistant.prompt()
						.advisors((spec) -> spec.param(ChatMemory.CONVERSATION_ID, "c1"))
						.user(QUESTION + " " + i)
						.call()
						.content();
				}
				assertThat(this.chatModel.lastPrompt()).contains("is paid within days", "within days, number ")
					.doesNotContain("how a refund for an order is paid, case");
				assertThat(found(documents)).hasSize(40)
					.allMatch((document) -> "passage".equals(document.getMetadata().get("kind")));
				assertThat(found(tools)).hasSize(40)
					.allMatch((document) -> document.getMetadata().containsKey("toolName"));
				assertThat(context.getBean("chat-memory", HnswVectorStore.class).count()).isEqualTo(20);
			});
	}

	@Test
	void answersAreKept() {
		this.runner.withPropertyValues("hnsw.stores.answers=").withUserConfiguration(Cached.class).run((context) -> {
			Answers answers = context.getBean(Answers.class);
			assertThat(answers.find(QUESTION)).isEmpty();
			answers.keep(QUESTION, "within days");
			assertThat(answers.find(QUESTION)).contains("within days");
			assertThat(answers.find("what does the harbour charge")).isEmpty();
		});
	}

	@Test
	void progressReachesAListener() {
		this.runner.run((context) -> {
			List<StoreProgress> shown = new ArrayList<>();
			HnswVectorStore store = context.getBean(HnswVectorStore.class);
			Progress ui = (kind, share) -> shown.add(new StoreProgress(kind, "", (long) share, 1, null, true));
			listen(store, ui);
			store.add(passages());
			assertThat(shown).extracting(StoreProgress::kind).contains(StoreProgress.Kind.ADD);
		});
	}

	private static void listen(HnswVectorStore store, Progress ui) {
		// region
		store.addListener(new StoreListener() {

			@Override
			public void onProgress(StoreProgress progress) {
				ui.show(progress.kind(), progress.share());
			}

		});
		// endregion
	}

	/** Shows progress. */
	interface Progress {

		void show(StoreProgress.Kind kind, double share);

	}

	@Configuration(proxyBeanMethods = false)
	static class Assistant {

		// region
		@Bean
		ChatClient assistant(ChatModel chatModel, VectorStore documents,
				@Qualifier("chat-memory") VectorStore chatMemory) {
			return ChatClient.builder(chatModel)
				.defaultAdvisors(VectorStoreChatMemoryAdvisor.builder(chatMemory).build(),
						QuestionAnswerAdvisor.builder(documents).build())
				.build();
		}
		// endregion

	}

	@Configuration(proxyBeanMethods = false)
	static class Cached {

		@Bean
		Answers keptAnswers(@Qualifier("answers") VectorStore store) {
			return new Answers(store);
		}

	}

	// region
	static class Answers {

		private final VectorStore answers;

		Answers(@Qualifier("answers") VectorStore answers) {
			this.answers = answers;
		}

		Optional<String> find(String question) {
			return this.answers
				.similaritySearch(SearchRequest.builder().query(question).topK(1).similarityThreshold(0.95).build())
				.stream()
				.map((document) -> String.valueOf(document.getMetadata().get("answer")))
				.findFirst();
		}

		void keep(String question, String answer) {
			this.answers.add(List.of(new Document(question, Map.of("answer", answer))));
		}

	}
	// endregion

}
