package io.github.hnswspring.example.web;

import java.util.List;

import org.jspecify.annotations.Nullable;

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

	/**
	 * A question that was asked before.
	 *
	 * @param question the words
	 * @param answer the answer to it, as far as it got
	 */
	record Turn(@Nullable String question, @Nullable String answer) {
	}

}
