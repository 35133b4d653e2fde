package io.github.hnswspring.vectorstore;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/**
 * Some of the stored documents.
 *
 * @param documents in the order in which they were stored
 * @param next asks for the following page; {@code null} if this is the last
 */
public record DocumentPage(List<Document> documents, @Nullable DocumentPageRequest next) {

	/** Keeps a copy of the list. */
	public DocumentPage {
		documents = List.copyOf(documents);
	}

}
