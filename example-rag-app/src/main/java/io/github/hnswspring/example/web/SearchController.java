package io.github.hnswspring.example.web;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.example.answer.Answer;
import io.github.hnswspring.example.answer.Answerer.AnswerPart;
import io.github.hnswspring.example.answer.Answers;
import io.github.hnswspring.example.answer.Passage;
import io.github.hnswspring.example.answer.Question;
import io.github.hnswspring.ingest.autoconfigure.IngestProperties;
import io.github.hnswspring.ingest.reading.DocumentFormat;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreStatus;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Search and answers, and what a client needs to know about both.
 */
@RestController
@RequestMapping("/api")
record SearchController(Answers answers, EventStreams streams, RagProperties properties, HnswVectorStore store,
		IngestProperties ingest, Environment environment) {

	/**
	 * What a search found.
	 *
	 * @param query what was asked
	 * @param passages best first
	 */
	record SearchResult(String query, List<Passage> passages) {
	}

	/**
	 * The application as it runs.
	 *
	 * @param answers how answers are made
	 * @param chatModel which kind of chat model is selected, {@code none} for none
	 * @param chatModelName its name, empty for none
	 * @param chunks how many chunks the store holds
	 * @param embeddingsComputed how many embeddings were computed since the start
	 * @param accept what can be uploaded
	 * @param maxFileBytes how large that may be
	 */
	record Status(Answer.Mode answers, String chatModel, String chatModelName, long chunks, long embeddingsComputed,
			String accept, long maxFileBytes) {
	}

	@GetMapping("/status")
	Status status() {
		StoreStatus status = this.store.status();
		return new Status(this.answers.answerer().mode(), this.environment.getProperty("spring.ai.model.chat", "none"),
				this.answers.answerer().modelName(), status.documents(), status.embeddingsComputed(),
				DocumentFormat.allExtensions(), this.ingest.maxFileSize().toBytes());
	}

	@GetMapping("/search")
	SearchResult search(@RequestParam(name = "q") @Nullable String query,
			@RequestParam(required = false) @Nullable Integer topK,
			@RequestParam(name = "source", required = false) @Nullable List<String> sources,
			@RequestParam(required = false) @Nullable String filter) {
		Question question = new AskRequest(query, topK, sources, filter, null).checked(this.properties.topK());
		return new SearchResult(question.text(), this.answers.search(question));
	}

	/** The whole answer at once; nothing if the client leaves before. */
	@PostMapping(path = "/ask", produces = MediaType.APPLICATION_JSON_VALUE)
	@Nullable Answer ask(@RequestBody AskRequest body, HttpServletRequest request) throws InterruptedException {
		Question question = body.checked(this.properties.topK());
		Flux<Answer> whole = this.answers.answer(question).ofType(AnswerPart.Done.class).map(AnswerPart.Done::answer);
		this.streams.acquire();
		CompletableFuture<@Nullable Answer> answer = whole.last().toFuture();
		try {
			while (!ClientPresence.isGone(request)) {
				try {
					return answer.get(EventStreams.PULSE.toMillis(), TimeUnit.MILLISECONDS);
				}
				catch (TimeoutException ex) {
					// Not yet: look after the client, and wait on.
				}
			}
			return null;
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : new IllegalStateException(ex);
		}
		finally {
			answer.cancel(true);
			this.streams.release();
		}
	}

	/** The passages at once, the answer as it is written, its checked form at the end. */
	@PostMapping(path = "/ask", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<ServerSentEvent<Object>> stream(@RequestBody AskRequest request) {
		return this.streams.answer(this.answers.answer(request.checked(this.properties.topK())));
	}

}
