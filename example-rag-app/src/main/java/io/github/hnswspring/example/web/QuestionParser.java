package io.github.hnswspring.example.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.github.hnswspring.example.RagProperties;
import io.github.hnswspring.example.answer.Question;
import io.github.hnswspring.ingest.Chunks;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.stereotype.Component;

/**
 * Checks what a client asks. Names of sources become values of a filter, never text of
 * one.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
@Component
class QuestionParser {

	static final int MAX_LENGTH = 2_000;

	static final int MAX_TOP_K = 50;

	static final int MAX_SOURCES = 100;

	static final int MAX_TURNS = 20;

	static final int MAX_HISTORY = 24_000;

	private final RagProperties properties;

	QuestionParser(RagProperties properties) {
		this.properties = properties;
	}

	/**
	 * Checks a question.
	 * @param request what the client sent
	 * @return the question
	 * @throws IllegalArgumentException saying what is wrong with it
	 */
	Question parse(AskRequest request) {
		String text = (request.question() != null) ? request.question().strip() : "";
		if (text.isEmpty()) {
			throw new IllegalArgumentException("The question is empty; ask in a few words");
		}
		if (text.length() > MAX_LENGTH) {
			throw new IllegalArgumentException(
					"The question has " + text.length() + " characters; at most " + MAX_LENGTH + " are accepted");
		}
		int topK = (request.topK() != null) ? request.topK() : this.properties.topK();
		if (topK < 1 || topK > MAX_TOP_K) {
			throw new IllegalArgumentException("topK must be from 1 to " + MAX_TOP_K + " but is " + topK);
		}
		return new Question(text, topK, and(sources(request.sources()), filter(request.filter())),
				history(request.history()));
	}

	private static List<Message> history(@Nullable List<AskRequest.Turn> turns) {
		List<Message> messages = new ArrayList<>();
		long characters = 0;
		for (AskRequest.Turn turn : (turns != null) ? turns : List.<AskRequest.Turn>of()) {
			if (turn == null || turn.question() == null || turn.question().isBlank()) {
				throw new IllegalArgumentException("Every turn in history needs a question");
			}
			messages.add(new UserMessage(turn.question()));
			if (turn.answer() != null && !turn.answer().isBlank()) {
				messages.add(new AssistantMessage(turn.answer()));
			}
			characters += turn.question().length() + Objects.requireNonNullElse(turn.answer(), "").length();
		}
		if (messages.size() > 2 * MAX_TURNS || characters > MAX_HISTORY) {
			throw new IllegalArgumentException("history has " + messages.size() + " messages with " + characters
					+ " characters; at most " + MAX_TURNS + " turns with " + MAX_HISTORY
					+ " characters are accepted, so leave out the oldest");
		}
		return List.copyOf(messages);
	}

	private static Filter.@Nullable Expression sources(@Nullable List<String> sources) {
		if (sources == null || sources.isEmpty()) {
			return null;
		}
		if (sources.size() > MAX_SOURCES || sources.contains(null)) {
			throw new IllegalArgumentException(
					"At most " + MAX_SOURCES + " sources can be named, and none may be null");
		}
		return new Filter.Expression(Filter.ExpressionType.IN, new Filter.Key(Chunks.SOURCE),
				new Filter.Value(List.copyOf(sources)));
	}

	private static Filter.@Nullable Expression filter(@Nullable String filter) {
		if (filter == null || filter.isBlank()) {
			return null;
		}
		if (filter.length() > MAX_LENGTH) {
			throw new IllegalArgumentException(
					"The filter has " + filter.length() + " characters; at most " + MAX_LENGTH + " are accepted");
		}
		return HnswSearchRequest.parseFilter(filter);
	}

	private static Filter.@Nullable Expression and(Filter.@Nullable Expression left,
			Filter.@Nullable Expression right) {
		if (left == null || right == null) {
			return (left != null) ? left : right;
		}
		return new Filter.Expression(Filter.ExpressionType.AND, left, new Filter.Group(right));
	}

}
