package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreMetadata;
import io.github.hnswspring.vectorstore.derived.RowChanges;
import io.github.hnswspring.vectorstore.derived.VectorCheck;
import io.github.hnswspring.vectorstore.filter.AttributeWriter;
import io.github.hnswspring.vectorstore.filter.MetadataFilters;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DamagedRows;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentEmbedding;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.text.TextIndex;

/**
 * Collects what the change log holds beyond what the index has followed: edits of other
 * tools, rows of the owner when this is a reader, and own rows whose way into the index
 * failed. Confined to the thread that holds the writer lock.
 */
final class ExternalChanges {

	private static final Log logger = LogFactory.getLog(ExternalChanges.class);

	private final MetadataFilters filters;

	private final TextIndex text;

	private final Expiry expiry;

	private final MetadataCodec codec;

	private final StoreOptions options;

	private final DamagedRows damagedRows;

	ExternalChanges(MetadataFilters filters, TextIndex text, Expiry expiry, MetadataCodec codec, StoreOptions options,
			DamagedRows damagedRows) {
		this.filters = filters;
		this.text = text;
		this.expiry = expiry;
		this.codec = codec;
		this.options = options;
		this.damagedRows = damagedRows;
	}

	/**
	 * Collects the changed rows.
	 * @param connection reads, and writes unless this is a reader
	 * @param since the last change followed
	 * @param documents how many documents were counted then
	 * @param changes receives the rows
	 */
	void collect(SqlConnection connection, long since, long documents, RowChanges changes) throws SQLException {
		if (ChangeLog.last(connection) <= since) {
			return;
		}
		List<Long> keys = ChangeLog.keysSince(connection, since, 0, Long.MAX_VALUE);
		if (logger.isDebugEnabled()) {
			logger.debug("Following " + keys.size() + " changed rows since change " + since);
		}
		List<ModelGeneration> generations = Generations.load(connection).inUse();
		for (long key : keys) {
			DocumentRow row;
			try {
				row = DocumentTable.row(connection, key);
				this.damagedRows.forget(key);
			}
			catch (DamagedRowException ex) {
				// Filters go on answering from what they know of the row.
				this.damagedRows.note(ex);
				generations.forEach((generation) -> changes.forget(key, generation.number()));
				continue;
			}
			noteContent(connection, key, row);
			for (ModelGeneration generation : generations) {
				noteVector(connection, key, row, generation, changes);
			}
		}
		if (!this.options.readOnly() && !keys.isEmpty()) {
			// Filters have a new answer from now on, here and in every reader.
			ChangeLog.appendAll(connection);
		}
		changes.shiftDocuments(DocumentTable.count(connection) - documents);
	}

	private void noteContent(SqlConnection connection, long key, @Nullable DocumentRow row) throws SQLException {
		if (this.options.readOnly()) {
			return;
		}
		boolean saidItsEnd = MetadataFilters.has(connection, key, StoreMetadata.EXPIRES_AT);
		this.filters.delete(connection, key);
		this.text.delete(connection, key);
		if (row != null) {
			Map<String, Object> metadata = metadata(row);
			this.filters.insert(connection, key, metadata);
			this.expiry.follow(connection, key, metadata, saidItsEnd);
			this.text.insert(connection, key, row.text());
		}
	}

	private void noteVector(SqlConnection connection, long key, @Nullable DocumentRow row, ModelGeneration generation,
			RowChanges changes) throws SQLException {
		DocumentEmbedding embedding = (row != null) ? embedding(connection, key, generation) : null;
		if (embedding != null && isUsable(embedding, generation)) {
			changes.refresh(key, generation.number(), embedding.vector());
		}
		else {
			changes.forget(key, generation.number());
		}
	}

	private @Nullable DocumentEmbedding embedding(SqlConnection connection, long key, ModelGeneration generation)
			throws SQLException {
		try {
			return EmbeddingTable.find(connection, key, generation.number());
		}
		catch (DamagedRowException ex) {
			this.damagedRows.note(ex);
			return null;
		}
	}

	private boolean isUsable(DocumentEmbedding embedding, ModelGeneration generation) {
		String problem = VectorCheck.problem(embedding.vector(), generation.dimensions(), this.options.metric());
		if (problem != null) {
			logger.warn("Document row " + embedding.key()
					+ ", changed by another tool, cannot be searched: its embedding is " + problem);
		}
		return problem == null;
	}

	/** The end that the metadata of a row say, {@code null} if they say none. */
	@Nullable Instant end(DocumentContent row) {
		try {
			return Expiry.end(this.codec.decode(row.metadata()));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/** The metadata of a row as filters know it: none if it cannot be understood. */
	Map<String, Object> metadata(DocumentRow row) {
		try {
			Map<String, Object> metadata = this.codec.decode(row.metadata());
			AttributeWriter.check(metadata);
			return metadata;
		}
		catch (IllegalArgumentException ex) {
			logger
				.warn("Document row " + row.key() + ", changed by another tool, matches no filter: " + ex.getMessage());
			return Map.of();
		}
	}

}
