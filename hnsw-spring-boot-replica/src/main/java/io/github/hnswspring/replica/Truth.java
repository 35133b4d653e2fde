package io.github.hnswspring.replica;

import java.util.List;

import io.github.hnswspring.vectorstore.ReplicaRow;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/**
 * What replicas are made from: all documents with their vectors, and a log of their
 * changes, in a database that instances share: a {@link TableTruth} knows documents by
 * their ids alone. Implementations are thread-safe; they throw
 * {@link TruthUnavailableException} where they cannot reach it.
 */
public interface Truth {

	/**
	 * What messages call it.
	 * @return a name for the middle of a sentence
	 */
	String name();

	/**
	 * What tells it from others, as long as it is moved nowhere.
	 * @return one line, which the directory of a replica keeps
	 */
	String key();

	/**
	 * Sees that it can be followed, and puts there what that takes.
	 * @throws ReplicaConfigurationException if it cannot; says what to do
	 */
	void prepare();

	/**
	 * How many components its vectors have, as of when it was last prepared.
	 * @return the number, or 0 if it does not say
	 */
	int dimensions();

	/**
	 * Reads what {@link Position#encode} wrote.
	 * @param encoded the text
	 * @return the position, or {@code null} if it is no text of a position
	 */
	@Nullable Position position(String encoded);

	/**
	 * Refuses a document that could not be stored there as it is.
	 * @param document a document that is to be added
	 * @return the document with metadata as they will come back
	 * @throws IllegalArgumentException if it cannot be stored; says why
	 */
	Document accept(Document document);

	/**
	 * Refuses a source that could not be stored there as it is.
	 * @param source the name of a source that is to be synchronised
	 * @throws IllegalArgumentException if it cannot be stored; says why
	 */
	default void acceptSource(String source) {
	}

	/**
	 * The form in which the truth has an id.
	 * @param id as somebody writes it
	 * @return its form, or {@code null} if nothing can have such an id
	 */
	@Nullable String id(String id);

	/**
	 * Has somebody told of changes sooner than by looking, if the truth can.
	 * @param wake called from any thread when there may be something new
	 * @return ends that
	 */
	default Runnable wakeUps(Runnable wake) {
		return () -> {
		};
	}

	/**
	 * Has all who wait for the database at this moment, without having changed anything,
	 * fail as they would without it; for a stop.
	 */
	default void giveUp() {
	}

	/** Shortens the log of changes to what is to be kept. */
	void trim();

	/**
	 * What was followed.
	 *
	 * @param position how far the replica is now
	 * @param documents how many documents were handed out
	 * @param lagMillis how long ago the oldest change was made, 0 if there was none
	 */
	record Followed(Position position, long documents, long lagMillis) {
	}

	/**
	 * What a transaction wrote.
	 *
	 * @param change its number, for {@link Position#includes}
	 * @param rows documents as they are now
	 * @param removed ids of documents that were removed
	 */
	record Written(long change, List<ReplicaRow> rows, List<String> removed) {
	}

}
