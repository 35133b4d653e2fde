package io.github.hnswspring.example.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import io.github.hnswspring.example.answer.Question;
import io.github.hnswspring.ingest.Chunks;
import io.github.hnswspring.vectorstore.HnswSearchRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.util.Assert;
import org.springframework.util.CollectionUtils;
import org.springframework.util.StringUtils;

/**
 * What a client sends, not yet checked.
 *
 * @param question the words
 * @param topK how many passages to retrieve
 * @param sources only these documents, by name
 * @param filter a filter expression in Spring AI's language over the chunks' metadata
 * @param history what was said before, oldest first; the server keeps nothing of it
 */
record AskRequest(@Nullable String question, @Nullable Integer topK, @Nullable List<String> sources,
		@Nullable String filter, @Nullable List<Turn> history) {

	private static final int MAX_LENGTH = 2_000;

	private static final int MAX_TOP_K = 50;

	private static final int MAX_SOURCES = 100;

	private static final int MAX_TURNS = 20;

	private static final int MAX_HISTORY = 24_000;

	/**
	 * A question that was asked before.
	 *
	 * @param question the words
	 * @param answer the answer to it, as far as it got
	 */
	record Turn(@Nullable String question, @Nullable String answer) {
	}

	/**
	 * Checks it. Names of sources become values of a filter, never text of one.
	 * @param defaultTopK how many passages to retrieve if the client does not say
	 * @return the question
	 * @throws IllegalArgumentException saying what is wrong with it
	 */
	Question checked(int defaultTopK) {
		String text = Objects.requireNonNullElse(this.question, "").strip();
		Assert.hasText(text, "The question is empty; ask in a few words");
		checkLength("question", text);
		int passages = Objects.requireNonNullElse(this.topK, defaultTopK);
		Assert.isTrue(passages >= 1 && passages <= MAX_TOP_K,
				() -> "topK must be from 1 to " + MAX_TOP_K + " but is " + passages);
		Filter.Expression both = Stream.of(ofSources(), parsedFilter())
			.flatMap(Optional::stream)
			.reduce((left, right) -> new Filter.Expression(Filter.ExpressionType.AND, left, new Filter.Group(right)))
			.orElse(null);
		return new Question(text, passages, both, messages());
	}

	private static void checkLength(String name, String text) {
		Assert.isTrue(text.length() <= MAX_LENGTH,
				() -> "The " + name + " has " + text.length() + " characters; at most " + MAX_LENGTH + " are accepted");
	}

	private List<Message> messages() {
		List<Message> messages = new ArrayList<>();
		for (Turn turn : Objects.requireNonNullElse(this.history, List.<Turn>of())) {
			Assert.isTrue(turn != null && StringUtils.hasText(turn.question()),
					"Every turn in history needs a question");
			messages.add(new UserMessage(turn.question()));
			if (StringUtils.hasText(turn.answer())) {
				messages.add(new AssistantMessage(turn.answer()));
			}
		}
		long characters = messages.stream()
			.map(Message::getText)
			.filter(Objects::nonNull)
			.mapToLong(String::length)
			.sum();
		Assert.isTrue(messages.size() <= 2 * MAX_TURNS && characters <= MAX_HISTORY,
				() -> "history has " + messages.size() + " messages with " + characters + " characters; at most "
						+ MAX_TURNS + " turns with " + MAX_HISTORY
						+ " characters are accepted, so leave out the oldest");
		return List.copyOf(messages);
	}

	private Optional<Filter.Expression> ofSources() {
		if (CollectionUtils.isEmpty(this.sources)) {
			return Optional.empty();
		}
		Assert.isTrue(this.sources.size() <= MAX_SOURCES && !this.sources.contains(null),
				"At most " + MAX_SOURCES + " sources can be named, and none may be null");
		return Optional.of(new Filter.Expression(Filter.ExpressionType.IN, new Filter.Key(Chunks.SOURCE),
				new Filter.Value(List.copyOf(this.sources))));
	}

	private Optional<Filter.Expression> parsedFilter() {
		if (!StringUtils.hasText(this.filter)) {
			return Optional.empty();
		}
		checkLength("filter", this.filter);
		return Optional.of(HnswSearchRequest.parseFilter(this.filter));
	}

}
