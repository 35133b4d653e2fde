package io.github.hnswspring.vectorstore.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import io.github.hnswspring.vectorstore.MigrationStatus.RefusedDocument;
import io.github.hnswspring.vectorstore.options.GenerationSteps;
import io.github.hnswspring.vectorstore.session.StoreSession;
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

	private final StoreSession session;

	private final Map<Long, RefusedDocument> documents = new LinkedHashMap<>();

	private final Map<Long, Integer> failures = new HashMap<>();

	private int generation;

	private volatile long count;

	private volatile List<RefusedDocument> first = List.of();

	RefusedDocuments(StoreSession session) {
		this.session = session;
	}

	/** Begins with a generation; what was refused before is asked for again. */
	void begin(int number) {
		this.generation = number;
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
			logger.warn("Document '" + id + "' of " + this.session.directory().path() + " cannot be embedded by the "
					+ "model the store migrates to: " + reason + ". The store does not switch to that model until the "
					+ "document is deleted or its text is changed, or switchWithoutRefused() is called");
		}
		else if (this.documents.size() == TOLD + 1) {
			logger.warn("Further documents of " + this.session.directory().path()
					+ " cannot be embedded either; status().migration() counts them");
		}
		tell();
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
