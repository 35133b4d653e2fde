package io.github.hnswspring.example.answer;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

import io.github.hnswspring.example.RagProperties;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.advisor.RetrievalAugmentationAdvisor;
import org.springframework.ai.rag.preretrieval.query.transformation.CompressionQueryTransformer;
import org.springframework.ai.rag.preretrieval.query.transformation.QueryTransformer;
import org.springframework.ai.rag.retrieval.search.DocumentRetriever;
import org.springframework.ai.rag.retrieval.search.VectorStoreDocumentRetriever;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Answers through a chat model and Spring AI's {@link RetrievalAugmentationAdvisor}. The
 * client has no tools, so the worst an instruction hidden in a document can do is spoil
 * the wording of this one answer.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
final class GeneratedAnswerer implements Answerer {

	private static final Log logger = LogFactory.getLog(GeneratedAnswerer.class);

	/** Key of the request's context: who wants to see what is searched for and found. */
	private static final String LISTENER = GeneratedAnswerer.class.getName() + ".listener";

	/** Key of the request's context: the checked question. */
	private static final String QUESTION = GeneratedAnswerer.class.getName() + ".question";

	/**
	 * Reactor's key for the handler of errors after the end; its default logs them whole.
	 */
	private static final String ON_LATE_ERROR = "reactor.onErrorDropped.local";

	/** A question that has become longer than this is none. */
	private static final int MAX_REWRITTEN = 1_000;

	private static final Set<String> COMPLETE = Set.of("STOP", "LENGTH", "END_TURN", "CONTENT_FILTER", "MAX_TOKENS");

	private final ChatClient client;

	private final ChatTarget target;

	private final RetrievalAugmentationAdvisor advisor;

	private final Duration timeout;

	private final ChatFailures failures;

	GeneratedAnswerer(ChatModel model, ChatTarget target, VectorStore store, RagProperties properties) {
		this.client = ChatClient.create(model);
		this.target = target;
		this.timeout = properties.answerTimeout();
		this.failures = new ChatFailures(target, this.timeout);
		this.advisor = RetrievalAugmentationAdvisor.builder()
			.queryTransformers(standalone(model))
			.documentRetriever(retriever(store, properties.similarityThreshold()))
			.documentPostProcessors(GeneratedAnswerer::announce)
			.queryAugmenter(SourcePrompt.augmenter())
			// One thread per retrieval, at most rag.concurrent-answers; the default is a
			// pool.
			.taskExecutor(new SimpleAsyncTaskExecutor("retrieval-"))
			.build();
	}

	/**
	 * A follow-up question is completed from what was said before, by the same model.
	 */
	private static QueryTransformer standalone(ChatModel model) {
		QueryTransformer compression = CompressionQueryTransformer.builder()
			.chatClientBuilder(ChatClient.builder(model))
			.promptTemplate(SourcePrompt.STANDALONE)
			.build();
		return (query) -> {
			if (!(query.context().get(QUESTION) instanceof Question question) || question.history().isEmpty()) {
				return query;
			}
			Query complete = compression.transform(query);
			if (complete.text().length() > MAX_REWRITTEN) {
				return query;
			}
			if (!complete.text().equals(query.text()) && query.context().get(LISTENER) instanceof Listener listener) {
				listener.found(new AnswerPart.Rewritten(complete.text().strip()));
			}
			return complete;
		};
	}

	/** The number of passages is the request's, so a retriever is made for each. */
	private static DocumentRetriever retriever(VectorStore store, double threshold) {
		return (query) -> {
			Question question = (Question) query.context().get(QUESTION);
			VectorStoreDocumentRetriever.Builder retriever = VectorStoreDocumentRetriever.builder()
				.vectorStore(store)
				.similarityThreshold(threshold)
				.topK((question != null) ? question.topK() : 1);
			if (question != null && question.filter() != null) {
				retriever.filterExpression(question.filter());
			}
			return retriever.build().retrieve(query);
		};
	}

	private static List<Document> announce(Query query, List<Document> documents) {
		if (query.context().get(LISTENER) instanceof Listener listener) {
			listener.found(new AnswerPart.Sources(PassageSearch.passages(documents)));
		}
		return documents;
	}

	@Override
	public Answer.Mode mode() {
		return Answer.Mode.GENERATED;
	}

	@Override
	public String modelName() {
		return this.target.model();
	}

	@Override
	public Flux<AnswerPart> answer(Question question) {
		return Flux.<AnswerPart>create((sink) -> generate(question, sink))
			.subscribeOn(Schedulers.boundedElastic())
			.onErrorMap(GeneratedAnswerer::isForeign, this.failures::translate)
			.doOnError(ChatModelException.class, (ex) -> log(ex))
			.contextWrite(GeneratedAnswerer::quiet);
	}

	private void generate(Question question, FluxSink<AnswerPart> sink) {
		Progress progress = new Progress(sink);
		Flux<ChatClientResponse> responses = this.client.prompt()
			.system(SourcePrompt.SYSTEM)
			.messages(question.history())
			.user(question.text())
			.advisors((advisors) -> advisors.advisors(this.advisor)
				.param(QUESTION, question)
				.param(LISTENER, (Listener) progress::found))
			.stream()
			.chatClientResponse()
			.contextWrite(GeneratedAnswerer::quiet);
		// From one piece to the next: an answer may take as long as it likes in all.
		sink.onDispose(responses.timeout(this.timeout).subscribe(progress::received, sink::error, progress::completed));
	}

	private static Context quiet(Context context) {
		return context.put(ON_LATE_ERROR, (Consumer<Throwable>) GeneratedAnswerer::tooLate);
	}

	private static void tooLate(Throwable thrown) {
		logger.debug("A chat model failed after its answer had been given up", thrown);
	}

	private static boolean isForeign(Throwable thrown) {
		return !(thrown instanceof IllegalArgumentException);
	}

	private static void log(ChatModelException ex) {
		Throwable cause = ex.getCause();
		// Only its kind: messages of a model's server may quote the request.
		logger.warn(ex.getMessage() + ((cause != null) ? " (" + cause.getClass().getName() + ")" : ""));
		logger.debug("Chat model failure", cause);
	}

	@FunctionalInterface
	private interface Listener {

		void found(AnswerPart part);

	}

	/**
	 * One answer in the making. Confined to one subscription: retrieval happens before
	 * the first response, responses come one after the other.
	 */
	private final class Progress {

		private final FluxSink<AnswerPart> sink;

		private final StringBuilder text = new StringBuilder();

		private volatile List<Passage> passages = List.of();

		private boolean complete;

		Progress(FluxSink<AnswerPart> sink) {
			this.sink = sink;
		}

		void found(AnswerPart part) {
			if (part instanceof AnswerPart.Sources sources) {
				this.passages = sources.passages();
			}
			this.sink.next(part);
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

		void completed() {
			if (!this.complete) {
				// Some clients take a broken connection for the end of the stream.
				this.sink.error(GeneratedAnswerer.this.failures.brokenOff());
				return;
			}
			Citations citations = Citations.check(this.text.toString(), this.passages.size());
			this.sink.next(new AnswerPart.Done(
					new Answer(mode(), citations.text(), citations.numbers(), this.passages, note(citations))));
			this.sink.complete();
		}

		private @Nullable String note(Citations citations) {
			if (citations.removed() > 0) {
				return "The model cited sources it was not given; those citations were removed. Check the passages.";
			}
			return citations.numbers().isEmpty() ? "The model cited no source for this answer. Check the passages."
					: null;
		}

	}

}
