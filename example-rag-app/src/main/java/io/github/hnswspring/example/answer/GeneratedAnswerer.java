package io.github.hnswspring.example.answer;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Schedulers;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.advisor.RetrievalAugmentationAdvisor;
import org.springframework.ai.rag.retrieval.search.DocumentRetriever;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.util.StringUtils;

/**
 * Answers through a chat model and Spring AI's {@link RetrievalAugmentationAdvisor}. The
 * client has no tools, so the worst an instruction hidden in a document can do is spoil
 * the wording of this one answer.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
final class GeneratedAnswerer implements Answerer {

	private static final Log logger = LogFactory.getLog(GeneratedAnswerer.class);

	/** Key of the request's context: the {@link Progress} of this answer. */
	private static final String PROGRESS = GeneratedAnswerer.class.getName() + ".progress";

	/** A question that has become longer than this is none. */
	private static final int MAX_REWRITTEN = 1_000;

	private static final Set<String> COMPLETE = Set.of("STOP", "LENGTH", "END_TURN", "CONTENT_FILTER", "MAX_TOKENS");

	private final ChatClient client;

	private final ChatFailures failures;

	private final RetrievalAugmentationAdvisor advisor;

	GeneratedAnswerer(ChatClient client, ChatFailures failures, VectorStore store, double threshold) {
		this.client = client;
		this.failures = failures;
		this.advisor = RetrievalAugmentationAdvisor.builder()
			.queryTransformers(this::standalone)
			.documentRetriever(retriever(store, threshold))
			.queryAugmenter(SourcePrompt.augmenter())
			// One thread per retrieval, at most rag.concurrent-answers; the default is a
			// pool.
			.taskExecutor(new SimpleAsyncTaskExecutor("retrieval-"))
			.build();
	}

	/**
	 * A follow-up question is completed from what was said before, by the same model, and
	 * as a stream, which can be cancelled.
	 */
	private Query standalone(Query query) {
		Progress progress = progress(query);
		if (progress.question.history().isEmpty()) {
			return query;
		}
		String complete = this.client.prompt(SourcePrompt.standalone(progress.question))
			.stream()
			.content()
			.collect(Collectors.joining())
			.map(String::strip)
			.block();
		if (!StringUtils.hasText(complete) || complete.length() > MAX_REWRITTEN || complete.equals(query.text())) {
			return query;
		}
		progress.sink.next(new AnswerPart.Rewritten(complete));
		return query.mutate().text(complete).build();
	}

	/** The number of passages is the request's, and they are shown before the answer. */
	private static DocumentRetriever retriever(VectorStore store, double threshold) {
		return (query) -> {
			Progress progress = progress(query);
			List<Document> documents = store
				.similaritySearch(SearchRequest.from(progress.question.search(threshold)).query(query.text()).build());
			progress.passages = Passage.of(documents);
			progress.sink.next(new AnswerPart.Sources(progress.passages));
			return documents;
		};
	}

	private static Progress progress(Query query) {
		return (Progress) Objects.requireNonNull(query.context().get(PROGRESS));
	}

	@Override
	public Answer.Mode mode() {
		return Answer.Mode.GENERATED;
	}

	@Override
	public String modelName() {
		return this.failures.target().model();
	}

	@Override
	public Flux<AnswerPart> answer(Question question) {
		return Flux.<AnswerPart>create((sink) -> generate(question, sink))
			.subscribeOn(Schedulers.boundedElastic())
			.onErrorMap((ex) -> !(ex instanceof IllegalArgumentException), this.failures::translate)
			.doOnError(ChatModelException.class, GeneratedAnswerer::log);
	}

	private void generate(Question question, FluxSink<AnswerPart> sink) {
		Progress progress = new Progress(question, sink);
		Flux<ChatClientResponse> responses = this.client.prompt()
			.system(SourcePrompt.SYSTEM)
			.messages(question.history())
			.user(question.text())
			.advisors((advisors) -> advisors.advisors(this.advisor).param(PROGRESS, progress))
			.stream()
			.chatClientResponse();
		// From one piece to the next: an answer may take as long as it likes in all.
		sink.onDispose(responses.timeout(this.failures.timeout())
			.subscribe(progress::received, sink::error, () -> progress.completed(this.failures)));
	}

	private static void log(ChatModelException ex) {
		Throwable cause = ex.getCause();
		// Only its kind: messages of a model's server may quote the request.
		logger.warn(ex.getMessage() + ((cause != null) ? " (" + cause.getClass().getName() + ")" : ""));
		logger.debug("Chat model failure", cause);
	}

	/**
	 * One answer in the making. Confined to one subscription: retrieval happens before
	 * the first response, responses come one after the other.
	 */
	private static final class Progress {

		private final Question question;

		private final FluxSink<AnswerPart> sink;

		private final StringBuilder text = new StringBuilder();

		private volatile List<Passage> passages = List.of();

		private boolean complete;

		Progress(Question question, FluxSink<AnswerPart> sink) {
			this.question = question;
			this.sink = sink;
		}

		void received(ChatClientResponse response) {
			ChatResponse chat = response.chatResponse();
			if (chat == null || chat.getResult() == null) {
				return;
			}
			String reason = chat.getResult().getMetadata().getFinishReason();
			this.complete |= reason != null && COMPLETE.contains(reason.toUpperCase(Locale.ROOT));
			String more = chat.getResult().getOutput().getText();
			if (more != null && !more.isEmpty()) {
				this.text.append(more);
				this.sink.next(new AnswerPart.Text(more));
			}
		}

		void completed(ChatFailures failures) {
			if (!this.complete) {
				// Some clients take a broken connection for the end of the stream.
				this.sink.error(failures.brokenOff());
				return;
			}
			Citations citations = Citations.check(this.text.toString(), this.passages.size());
			this.sink.next(new AnswerPart.Done(new Answer(Answer.Mode.GENERATED, citations.text(), citations.numbers(),
					this.passages, List.of(), note(citations))));
			this.sink.complete();
		}

		private static @Nullable String note(Citations citations) {
			if (citations.removed() > 0) {
				return "The model cited sources it was not given; those citations were removed. Check the passages.";
			}
			return citations.numbers().isEmpty() ? "The model cited no source for this answer. Check the passages."
					: null;
		}

	}

}
