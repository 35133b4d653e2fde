package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.derived.RowChanges;
import io.github.hnswspring.vectorstore.filter.MetadataFilters;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.filter.ScopedIds;
import io.github.hnswspring.vectorstore.storage.DamagedRows;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SourceTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.text.TextIndex;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * A transaction of the {@link StoreWriter}: changes rows, what filters and the text index
 * know of them, and what the index will be told. Confined to the work it is handed to.
 */
public final class WriteTransaction {

	private final SqlConnection connection;

	private final RowChanges changes;

	private final MetadataFilters filters;

	private final TextIndex text;

	private final Expiry expiry;

	private final DamagedRows damagedRows;

	private final OutdatedVectors outdated;

	// Rows of which anything is other than before: others may have to follow that.
	private final Set<Long> touched = new LinkedHashSet<>();

	WriteTransaction(SqlConnection connection, RowChanges changes, MetadataFilters filters, TextIndex text,
			Expiry expiry, DamagedRows damagedRows, OutdatedVectors outdated) {
		this.connection = connection;
		this.changes = changes;
		this.filters = filters;
		this.text = text;
		this.expiry = expiry;
		this.damagedRows = damagedRows;
		this.outdated = outdated;
	}

	/** For what is not a row of a document. */
	public SqlConnection connection() {
		return this.connection;
	}

	/**
	 * Inserts a row.
	 * @param metadata of the document, as it was decoded from the row
	 */
	public void put(DocumentRow row, Map<String, Object> metadata) throws SQLException {
		this.touched.add(row.key());
		DocumentTable.insert(this.connection, row);
		this.filters.insert(this.connection, row.key(), metadata);
		this.text.insert(this.connection, row.key(), row.text());
		this.expiry.begin(this.connection, row.key(), metadata);
		this.changes.add(row.key(), row.generation(), row.embedding());
	}

	/**
	 * Changes the metadata of a row that keeps its key, its text and a vector: neither
	 * the index nor the text index has anything to follow. Vectors of other models, which
	 * see the change, go. It ends when it would.
	 * @param row the row as it shall be
	 * @param metadata of the document, as it was decoded from the row
	 * @param generation of the vector that stays
	 */
	public void update(DocumentContent row, Map<String, Object> metadata, int generation) throws SQLException {
		this.touched.add(row.key());
		DocumentTable.updateMetadata(this.connection, row);
		this.filters.delete(this.connection, row.key());
		this.filters.insert(this.connection, row.key(), metadata);
		forgetOutdated(row, metadata, generation);
	}

	private void forgetOutdated(DocumentContent row, Map<String, Object> metadata, int generation) throws SQLException {
		for (int other : this.outdated.of(this.connection, row, metadata, generation)) {
			EmbeddingTable.remove(this.connection, row.key(), other);
			this.changes.forget(row.key(), other);
		}
	}

	/**
	 * Has a row that stays as it is end as one that is inserted now would.
	 * @param metadata of the document, as it was decoded from the row
	 */
	public void extend(long key, Map<String, Object> metadata) throws SQLException {
		if (this.expiry.begin(this.connection, key, metadata)) {
			this.touched.add(key);
		}
	}

	/** Gives a row an end or none, whatever its metadata says. */
	public void expire(long key, @Nullable Instant end) throws SQLException {
		this.touched.add(key);
		this.expiry.put(this.connection, key, end);
	}

	/** Says what a row comes from. */
	public void source(long key, String source) throws SQLException {
		this.touched.add(key);
		SourceTable.put(this.connection, key, source);
	}

	/** The keys of the rows that are other than before, or have gone. */
	Set<Long> touched() {
		return this.touched;
	}

	/** Removes a row; one that is not there is ignored. */
	public void remove(long key) throws SQLException {
		this.touched.add(key);
		if (DocumentTable.delete(this.connection, key)) {
			this.filters.delete(this.connection, key);
			this.text.delete(this.connection, key);
			this.changes.remove(key);
			afterCommit(() -> this.damagedRows.forget(key));
		}
	}

	/** Removes documents; ids that are unknown within the scope are ignored. */
	public void removeAll(Scope scope, List<String> ids) throws SQLException {
		for (String id : ids) {
			for (long key : ScopedIds.keys(this.connection, scope, id)) {
				remove(key);
			}
		}
	}

	/** The keys of the rows a filter matches. */
	public List<Long> keys(Filter.Expression filter) throws SQLException {
		List<Long> keys = new ArrayList<>();
		this.filters.keys(this.connection, filter).forEach(keys::add);
		return keys;
	}

	/**
	 * Removes the documents a filter matches but for some.
	 * @param kept keys of those that stay
	 * @return how many were removed
	 */
	public long removeAllExcept(Filter.Expression filter, Set<Long> kept) throws SQLException {
		List<Long> keys = keys(filter);
		keys.removeIf(kept::contains);
		for (long key : keys) {
			remove(key);
		}
		return keys.size();
	}

	/** Forgets the metadata keys that no document has. */
	void forgetNames() throws SQLException {
		this.filters.forgetNames(this.connection);
	}

	/**
	 * Gives a row a vector of a generation it has none of.
	 * @param vector an empty one if there is none to be had
	 */
	public void embed(long key, int generation, byte @Nullable [] contentHash, float[] vector) throws SQLException {
		this.touched.add(key);
		EmbeddingTable.put(this.connection, key, generation, contentHash, vector);
		if (vector.length > 0) {
			this.changes.refresh(key, generation, vector);
		}
	}

	/**
	 * Gives a row that is added anew a vector of a generation it has none of, or an empty
	 * one. Vectors of other models that were made of something else go.
	 * @param row the row as it is
	 * @param metadata of the document, as it was decoded from the row
	 * @param contentHash of what was embedded
	 * @param vector not an empty one
	 */
	public void embedBeside(DocumentContent row, Map<String, Object> metadata, int generation,
			byte @Nullable [] contentHash, float[] vector) throws SQLException {
		EmbeddingTable.remove(this.connection, row.key(), generation);
		embed(row.key(), generation, contentHash, vector);
		forgetOutdated(row, metadata, generation);
	}

	/** Has something done once the transaction is committed, still under the lock. */
	public void afterCommit(Runnable action) {
		this.changes.afterCommit(action);
	}

	/** Corrects the count of documents. */
	void shiftDocuments(long delta) {
		this.changes.shiftDocuments(delta);
	}

}
