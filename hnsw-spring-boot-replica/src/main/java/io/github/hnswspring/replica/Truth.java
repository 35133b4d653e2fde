package io.github.hnswspring.replica;

import java.util.List;
import java.util.function.UnaryOperator;

import io.github.hnswspring.vectorstore.ReplicaRow;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/**
 * What replicas are made from: all documents with their vectors, and a log of their
 * changes, in a database that instances share. Implementations are thread-safe; they
 * throw {@link TruthUnavailableException} where they cannot reach it.
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
	 * Hands out what has changed, or all there is if that cannot be told.
	 * @param from how far the replica is, or {@code null} for all there is
	 * @param sink takes it; what it throws ends the call
	 * @return what that was
	 */
	Followed follow(@Nullable Position from, ChangeSink sink);

	/**
	 * Refuses a document that could not be stored there as it is.
	 * @param document a document that is to be added
	 * @return the document with metadata as they will come back
	 * @throws IllegalArgumentException if it cannot be stored; says why
	 */
	Document accept(Document document);

	/**
	 * The form in which the truth has an id.
	 * @param id as somebody writes it
	 * @return its form, or {@code null} if nothing can have such an id
	 */
	@Nullable String id(String id);

	/**
	 * Stores documents, in the place of those with the same ids, in one transaction.
	 * @param rows the documents, no id twice
	 * @return the documents as they are there now
	 */
	Written put(List<ReplicaRow> rows);

	/**
	 * Removes documents, in one transaction; unknown ids are ignored.
	 * @param ids their ids
	 * @return what that was
	 */
	Written delete(List<String> ids);

	/**
	 * Removes documents and stores others, in one transaction.
	 * @param candidates ids of documents that may have to go; nobody else changes them
	 * until the end of the transaction
	 * @param still called once that is so: which of them have to go
	 * @param rows the documents to store, no id twice
	 * @return what that was
	 */
	Written replace(List<String> candidates, UnaryOperator<List<String>> still, List<ReplicaRow> rows);

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
