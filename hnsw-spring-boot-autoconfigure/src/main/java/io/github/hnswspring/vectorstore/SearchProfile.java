package io.github.hnswspring.vectorstore;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.SearchTrace;

import org.springframework.ai.document.Document;

/**
 * What a search finds, the way it took, and what each part of it costs, measured one by
 * one. See {@link StoreOperations#profile}.
 *
 * @param mode by what it found documents; {@link SearchMode#TEXT} if it went on by words
 * alone because the embedding model was not there
 * @param vector of the question, to search with again without embedding it again;
 * {@code null} if it was not embedded
 * @param matches how many documents pass the filter
 * @param parts what was done, in order
 * @param trace the way the index took; {@code null} if no vectors were compared
 * @param documents what the search returns
 */
public record SearchProfile(SearchMode mode, float @Nullable [] vector, long matches, List<Part> parts,
		@Nullable SearchTrace trace, List<Document> documents) {

	/** Keeps copies of the lists. */
	public SearchProfile {
		parts = List.copyOf(parts);
		documents = List.copyOf(documents);
	}

	/**
	 * A part of a search.
	 *
	 * @param kind what was done
	 * @param duration how long it took, the least of up to three times but for the
	 * embedding
	 */
	public record Part(Kind kind, Duration duration) {

	}

	/** What takes time in a search. */
	public enum Kind {

		/** The embedding model gives the question a vector. */
		EMBEDDING,

		/** The filter becomes a set of rows. */
		FILTER,

		/** Vectors are compared with that of the question. */
		VECTORS,

		/** The text index is asked. */
		WORDS,

		/**
		 * The whole search but for the embedding: the three before, lists put together,
		 * documents read.
		 */
		SEARCH

	}

}
