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
 */
record AskRequest(@Nullable String question, @Nullable Integer topK, @Nullable List<String> sources,
		@Nullable String filter) {

}
