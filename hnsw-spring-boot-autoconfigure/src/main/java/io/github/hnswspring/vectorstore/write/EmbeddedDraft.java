package io.github.hnswspring.vectorstore.write;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A document on its way into the store, and its vector.
 *
 * @param draft the document
 * @param vector its embedding
 * @param model what computed it just now, if it told its name
 */
public record EmbeddedDraft(Draft draft, float[] vector, @Nullable String model) {

	/** The ids of documents, in their order. */
	public static List<String> ids(List<EmbeddedDraft> embedded) {
		return embedded.stream().map((each) -> each.draft().id()).toList();
	}

	/** How many texts were embedded for them. */
	static long contents(List<EmbeddedDraft> embedded) {
		return embedded.stream().map((each) -> Objects.requireNonNull(each.draft().hash())).distinct().count();
	}

}
