package io.github.hnswspring.example.answer;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * A checked question.
 *
 * @param text the words; not blank
 * @param topK how many passages to retrieve
 * @param filter which chunks may be considered; {@code null} for all
 * @param history what was said before in the same conversation, oldest first
 */
public record Question(String text, int topK, Filter.@Nullable Expression filter, List<Message> history) {

	/** The search for passages that are at least so similar. */
	SearchRequest search(double threshold) {
		return SearchRequest.builder()
			.query(this.text)
			.topK(this.topK)
			.similarityThreshold(threshold)
			.filterExpression(this.filter)
			.build();
	}

}
