package io.github.hnswspring.vectorstore;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/**
 * Some of the results of a search.
 *
 * @param documents in their order
 * @param next asks {@link DocumentStore#search} for the following page, in the letters of
 * an address; {@code null} if this is the last
 */
public record SearchPage(List<Document> documents, @Nullable String next) {

	/** Keeps a copy of the list. */
	public SearchPage {
		documents = List.copyOf(documents);
	}

}
