package io.github.hnswspring.vectorstore.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.hnswspring.vectorstore.MigrationStatus.RefusedDocument;
import io.github.hnswspring.vectorstore.options.GenerationSteps;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * Documents of which the model of a generation gives no vector, and why. They hold the
 * switch to it, until they are deleted or changed, or a caller does without them. Their
 * empty vectors say that they have been asked for; each start asks once more. Changed by
 * the worker's thread only; figures may be read by any.
 */
final class RefusedDocuments {

	private static final Log logger = LogFactory.getLog(RefusedDocuments.class);

	// A text may fail once because of something else.
	private static final int ATTEMPTS = 3;

	private static final int TOLD = 5;

	private static final int CHUNK = 256;

	private final StoreSession session;

	private final Map<Long, RefusedDocument> documents = new LinkedHashMap<>();

	private final Map<Long, Integer> failures = new HashMap<>();

	private int generation;

	// Whether those that were refused before the start are among them.
	private boolean isRead;

	private volatile long count;

	private volatile List<RefusedDocument> first = List.of();

	RefusedDocuments(StoreSession session) {
		this.session = session;
	}

	/** Begins with a generation; what was refused before is asked for again. */
	void begin(int number) {
		this.generation = number;
		this.isRead = false;
		this.documents.clear();
		this.failures.clear();
		if (this.session.identity().generations().isMigrating()) {
			this.session.writer().change((transaction) -> EmbeddingTable.forgetEmpty(transaction.connection(), number));
		}
		tell();
	}

	/**
	 * Notes that the model failed for one text alone, while it answers for others.
	 * @return whether that has been so often that it is the text
	 */
	boolean failed(long key) {
		return this.failures.merge(key, 1, Integer::sum) >= ATTEMPTS;
	}

	/** Notes a document that has an empty vector now. */
	void add(long key, String id, String reason) {
		this.failures.remove(key);
		this.documents.put(key, new RefusedDocument(id, reason));
		if (this.documents.size() <= TOLD) {
			boolean migrating = this.session.identity().generations().isMigrating();
			logger.warn("Document '" + id + "' of " + this.session.directory().path() + " cannot be embedded by the "
					+ (migrating
							? "model the store migrates to: " + reason + ". The store does not switch to that model "
									+ "until the document is deleted or its text is changed, or switchWithoutRefused() "
									+ "is called"
							: "embedding model: " + reason + ". It is found by words only until its text is changed"));
		}
		else if (this.documents.size() == TOLD + 1) {
			logger.warn("Further documents of " + this.session.directory().path()
					+ " cannot be embedded either; status().migration() counts them");
		}
		tell();
	}

	/**
	 * Of the generation that answers: the documents the store does without. They are
	 * fewer once they are changed or deleted, and after a restart only the database knows
	 * them.
	 * @param current the generation that answers
	 */
	void lookAgain(SqlConnection connection, int current) throws SQLException {
		if (this.generation != current) {
			this.documents.clear();
			this.generation = current;
			this.isRead = false;
		}
		if (!this.isRead) {
			this.isRead = true;
			read(connection);
		}
		for (Long key : new ArrayList<>(this.documents.keySet())) {
			if (!EmbeddingTable.isWithout(connection, key, current)) {
				this.documents.remove(key);
			}
		}
		tell();
	}

	private void read(SqlConnection connection) throws SQLException {
		long after = 0;
		List<Long> keys = EmbeddingTable.withoutVector(connection, this.generation, after, CHUNK);
		while (!keys.isEmpty()) {
			for (long key : keys) {
				String id = id(connection, key);
				this.documents.putIfAbsent(key, new RefusedDocument(id, "the model gave no vector for its text"));
				after = key;
			}
			keys = EmbeddingTable.withoutVector(connection, this.generation, after, CHUNK);
		}
	}

	private static String id(SqlConnection connection, long key) throws SQLException {
		try {
			DocumentContent content = DocumentTable.content(connection, key);
			return (content != null) ? content.id() : "";
		}
		catch (DamagedRowException ex) {
			// Told where it is needed.
			return Objects.requireNonNullElse(ex.id(), "");
		}
	}

	/**
	 * Whether one of them is still there, and the store has not been told to switch
	 * without.
	 */
	boolean isHolding(SqlConnection connection) throws SQLException {
		for (Long key : new ArrayList<>(this.documents.keySet())) {
			if (!EmbeddingTable.isEmpty(connection, key, this.generation)) {
				this.documents.remove(key);
			}
		}
		tell();
		return !this.documents.isEmpty() && !GenerationSteps.isWithoutRefused(connection, this.generation);
	}

	private void tell() {
		this.first = this.documents.values().stream().limit(TOLD).toList();
		this.count = this.documents.size();
	}

	long count() {
		return this.count;
	}

	/** The first of them. */
	List<RefusedDocument> first() {
		return this.first;
	}

}
