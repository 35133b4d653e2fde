package io.github.hnswspring.vectorstore.write;

import java.sql.SQLException;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.session.WriteTransaction;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentEmbedding;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;

/**
 * Which rows stay when their documents are added again, and what changes in them: what
 * was paid for is in them. Confined to one transaction.
 */
final class RowsInPlace {

	private static final Log logger = LogFactory.getLog(RowsInPlace.class);

	private final StoreSession session;

	private final WriteTransaction transaction;

	private final MetadataCodec codec;

	RowsInPlace(StoreSession session, WriteTransaction transaction, MetadataCodec codec) {
		this.session = session;
		this.transaction = transaction;
		this.codec = codec;
	}

	/**
	 * Its row, if the document differs from it in its metadata at most. The row may have
	 * no vector of this generation yet: those of others were paid for, too.
	 */
	@Nullable DocumentRow find(long key, EmbeddedDraft embedding) throws SQLException {
		Draft draft = embedding.draft();
		try {
			DocumentRow row = DocumentTable.row(this.transaction.connection(), key, draft.generation());
			boolean same = row != null && (draft.isEmbeddedAs(row, embedding.vector())
					|| (draft.isUnembedded(row) && !isAnyGiven(key, draft.generation())));
			return same ? row : null;
		}
		catch (DamagedRowException ex) {
			// To add the document again is the remedy.
			logger.warn("A damaged row is replaced: " + ex.getMessage());
			return null;
		}
	}

	/** What a vector was made from that a caller brought is not known. */
	private boolean isAnyGiven(long key, int generation) throws SQLException {
		for (ModelGeneration other : this.session.identity().generations().all()) {
			DocumentEmbedding embedding = (other.number() != generation)
					? EmbeddingTable.find(this.transaction.connection(), key, other.number()) : null;
			if (embedding != null && embedding.contentHash() == null) {
				return true;
			}
		}
		return false;
	}

	/** The same of a document that comes without a vector, to a row that has none. */
	void keep(DocumentRow row, Draft draft) throws SQLException {
		Map<String, Object> metadata = this.codec.decode(draft.metadata());
		if (!draft.hasMetadataOf(row, this.codec)) {
			this.transaction.update(new DocumentContent(row.key(), row.id(), draft.metadata(), row.text()), metadata,
					draft.generation());
		}
		this.transaction.extend(row.key(), metadata);
	}

	/** No word changes and no vector there is, but filters and the end may. */
	void keep(DocumentRow row, EmbeddedDraft embedding) throws SQLException {
		Draft draft = embedding.draft();
		Map<String, Object> metadata = this.codec.decode(draft.metadata());
		DocumentContent content = new DocumentContent(row.key(), row.id(), draft.metadata(), row.text());
		if (!draft.hasMetadataOf(row, this.codec)) {
			this.transaction.update(content, metadata, draft.generation());
		}
		if (!draft.isEmbeddedAs(row, embedding.vector())) {
			this.transaction.embedBeside(content, metadata, draft.generation(), draft.hashBytes(), embedding.vector());
		}
		this.transaction.extend(row.key(), metadata);
	}

}
