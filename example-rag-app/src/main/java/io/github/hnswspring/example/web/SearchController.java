package io.github.hnswspring.example.web;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import io.github.hnswspring.example.answer.Answer;
import io.github.hnswspring.example.answer.AnswerPart;
import io.github.hnswspring.example.answer.Answers;
import io.github.hnswspring.example.answer.Passage;
import io.github.hnswspring.example.answer.PassageSearch;
import io.github.hnswspring.example.answer.Question;
import io.github.hnswspring.ingest.DocumentInfo;
import io.github.hnswspring.ingest.Ingestion;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Search and answers.
 */
@RestController
@RequestMapping("/api")
class SearchController {

	/**
	 * What a search found.
	 *
	 * @param query what was asked
	 * @param passages best first
	 */
	record SearchResult(String query, List<Passage> passages) {
	}

	private static final int DOCUMENTS_FOR_TOPICS = 32;

	private final QuestionParser questions;

	private final PassageSearch search;

	private final Answers answers;

	private final AnswerStreams streams;

	private final Ingestion ingest;

	SearchController(QuestionParser questions, PassageSearch search, Answers answers, AnswerStreams streams,
			Ingestion ingest) {
		this.questions = questions;
		this.search = search;
		this.answers = answers;
		this.streams = streams;
		this.ingest = ingest;
	}

	@GetMapping("/search")
	SearchResult search(@RequestParam(name = "q") @Nullable String query,
			@RequestParam(required = false) @Nullable Integer topK,
			@RequestParam(name = "source", required = false) @Nullable List<String> sources,
			@RequestParam(required = false) @Nullable String filter) {
		Question question = this.questions.parse(new AskRequest(query, topK, sources, filter, null));
		return new SearchResult(question.text(), this.search.search(question, 0));
	}

	/** Headings of some documents, to show what can be asked about. */
	@GetMapping("/topics")
	Set<String> topics() {
		List<String> ready = this.ingest.documents()
			.stream()
			.filter((document) -> document.state() == DocumentInfo.State.READY)
			.map(DocumentInfo::id)
			.toList();
		int step = Math.max(1, ready.size() / DOCUMENTS_FOR_TOPICS);
		return this.search
			.topics(IntStream.range(0, ready.size()).filter((i) -> i % step == 0).mapToObj(ready::get).toList());
	}

	/** The whole answer at once; nothing if the client leaves before. */
	@PostMapping(path = "/ask", produces = MediaType.APPLICATION_JSON_VALUE)
	@Nullable Answer ask(@RequestBody AskRequest body, HttpServletRequest request) throws InterruptedException {
		Question question = this.questions.parse(body);
		AnswerStreams.Permit permit = this.streams.acquire();
		CompletableFuture<@Nullable AnswerPart> last = this.answers.answer(question).last().toFuture();
		try {
			while (!ClientPresence.isGone(request)) {
				try {
					if (last.get(AnswerStreams.PULSE.toMillis(),
							TimeUnit.MILLISECONDS) instanceof AnswerPart.Done done) {
						return done.answer();
					}
					throw new IllegalStateException("The answer ended without a result");
				}
				catch (TimeoutException ex) {
					// Not yet: look after the client, and wait on.
				}
				catch (ExecutionException ex) {
					throw (ex.getCause() instanceof RuntimeException cause) ? cause : new IllegalStateException(ex);
				}
			}
			return null;
		}
		finally {
			last.cancel(true);
			permit.close();
		}
	}

	/** The passages at once, the answer as it is written, its checked form at the end. */
	@PostMapping(path = "/ask", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<ServerSentEvent<Object>> stream(@RequestBody AskRequest request) {
		return this.streams.open(this.answers.answer(this.questions.parse(request)));
	}

}
