package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.DocumentPage;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.StoredRow;
import io.github.hnswspring.vectorstore.filter.FilterQueryException;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.filter.MetadataFilters;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.filter.ScopedIds;
import io.github.hnswspring.vectorstore.filter.ScopedSources;
import io.github.hnswspring.vectorstore.filter.Selection;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.SqlWork;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.WriteHealth;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.filter.Filter;

/** Reads documents without searching. Thread-safe. */
public final class DocumentReader {

	/** So few keys are looked up one by one. */
	private static final int FEW = 10_000;

	private final StoreDatabase database;

	private final MetadataFilters filters;

	private final Expiry expiry;

	private final MetadataCodec codec;

	private final WriteHealth health;

	DocumentReader(StoreDatabase database, MetadataFilters filters, Expiry expiry, MetadataCodec codec,
			WriteHealth health) {
		this.database = database;
		this.filters = filters;
		this.expiry = expiry;
		this.codec = codec;
		this.health = health;
	}

	public <T extends @Nullable Object> T read(SqlWork<T> work) {
		try {
			return this.database.read(work);
		}
		catch (SQLException ex) {
			throw this.health.failed(WriteHealth.READ, ex);
		}
		catch (FilterQueryException ex) {
			throw this.health.failed(WriteHealth.READ, ex.sqlException());
		}
	}

	public @Nullable IdSet select(SqlConnection connection, Filter.@Nullable Expression filter) throws SQLException {
		return select(connection, filter, Selection.EVERYTHING);
	}

	/**
	 * The keys of those rows that a filter matches and that have not ended, or
	 * {@code null} for every row.
	 */
	public @Nullable IdSet select(SqlConnection connection, Filter.@Nullable Expression filter, Selection within)
			throws SQLException {
		Selection live = within.without(this.expiry.ended(connection));
		return (filter == null && live.isEverything()) ? null : this.filters.select(connection, filter, live);
	}

	/** Rows by their keys, without those that have ended. */
	public Map<Long, DocumentContent> contents(SqlConnection connection, List<Long> keys) throws SQLException {
		Map<Long, DocumentContent> rows = new HashMap<>();
		for (int from = 0; from < keys.size(); from += DocumentTable.MAX_KEYS) {
			rows.putAll(DocumentTable.contents(connection,
					keys.subList(from, Math.min(from + DocumentTable.MAX_KEYS, keys.size()))));
		}
		KeySet ended = this.expiry.ended(connection);
		rows.keySet().removeIf(ended::contains);
		return rows;
	}

	/** The keys of all rows that have ended and are not removed yet. */
	public KeySet ended(SqlConnection connection) throws SQLException {
		return this.expiry.ended(connection);
	}

	/**
	 * When a document ended that passes a filter and is not removed yet.
	 * @return its end, or {@code null} if it has not ended, or is not there
	 */
	public @Nullable Instant ended(Scope scope, String id, Filter.@Nullable Expression filter) {
		return read((connection) -> {
			for (long key : ScopedIds.keys(connection, scope, id)) {
				DocumentContent row = DocumentTable.content(connection, key);
				if (row != null && isIn(row, scope) && (filter == null || failures(filter, row).isEmpty())) {
					return this.expiry.ended(connection, key);
				}
			}
			return null;
		});
	}

	/** Tells, once, of a metadata key that a search goes by and no document has. */
	public void hintAt(SqlConnection connection, String key, String consequence) {
		this.filters.hintAt(connection, key, consequence);
	}

	/** What in a filter a document fails. */
	public List<String> failures(Filter.Expression filter, DocumentContent row) {
		return MetadataFilters.failures(filter, this.codec.decode(row.metadata()));
	}

	/**
	 * The number of documents.
	 * @param rows how many there are, as far as that is counted
	 */
	public long count(LongSupplier rows) {
		return !this.expiry.isInUse() ? rows.getAsLong() : countLive(rows);
	}

	private long countLive(LongSupplier rows) {
		return read((connection) -> {
			long ended = this.expiry.ended(connection).cardinality();
			// The counter is of another moment than the ends.
			return (ended == 0) ? rows.getAsLong() : DocumentTable.count(connection) - ended;
		});
	}

	/**
	 * The number of documents as far as it is known without counting rows: for a status,
	 * which neither takes long nor fails.
	 */
	public long countRoughly(LongSupplier rows) {
		if (!this.expiry.isDue()) {
			return rows.getAsLong();
		}
		try {
			return Math.max(0, rows.getAsLong() - read((connection) -> this.expiry.ended(connection).cardinality()));
		}
		catch (RuntimeException ex) {
			// What it was is noted, and told beside this number.
			return rows.getAsLong();
		}
	}

	public long count(Filter.Expression filter) {
		return read((connection) -> Objects.requireNonNull(select(connection, filter)).cardinality());
	}

	public boolean exists(Scope scope, String id) {
		return read((connection) -> row(connection, scope, id) != null);
	}

	/** The documents of those ids that a scope has, in the order of the ids. */
	public List<Document> get(Scope scope, Collection<String> ids) {
		return read((connection) -> {
			List<Document> documents = new ArrayList<>();
			for (String id : new LinkedHashSet<>(ids)) {
				DocumentContent row = row(connection, scope, id);
				if (row != null) {
					documents.add(document(row, scope).build());
				}
			}
			return documents;
		});
	}

	/** The documents of keys, without those that are gone or have ended. */
	public Map<Long, Document> get(List<Long> keys) {
		return read((connection) -> {
			Map<Long, Document> documents = new HashMap<>();
			contents(connection, keys)
				.forEach((key, row) -> documents.put(key, document(row, Scope.EVERYTHING).build()));
			return documents;
		});
	}

	/** The key of a document. */
	public OptionalLong key(String id) {
		return read((connection) -> {
			DocumentContent row = row(connection, Scope.EVERYTHING, id);
			return (row != null) ? OptionalLong.of(row.key()) : OptionalLong.empty();
		});
	}

	/**
	 * What a scope knows by an id, unless it has ended. What it belongs to is looked up
	 * in the tables for filters, which follow another tool's change of the row a moment
	 * later.
	 */
	public @Nullable DocumentContent row(SqlConnection connection, Scope scope, String id) throws SQLException {
		for (long key : ScopedIds.keys(connection, scope, id)) {
			if (this.expiry.ended(connection, key) == null) {
				DocumentContent row = DocumentTable.content(connection, key);
				return (row != null && isIn(row, scope)) ? row : null;
			}
		}
		return null;
	}

	/** Whether a row, as it is now, belongs to a scope. */
	public boolean isIn(DocumentContent row, Scope scope) {
		return scope.isEverything() || scope.contains(this.codec.decode(row.metadata()));
	}

	/** How many documents of a scope come from each source. */
	public Map<String, Long> sources(Scope scope) {
		return read((connection) -> ScopedSources.counts(connection, scope, select(connection, scope.and(null))));
	}

	public DocumentPage list(Filter.@Nullable Expression filter, DocumentPageRequest request) {
		return read((connection) -> {
			Scope scope = Scope.in(filter);
			IdSet wanted = select(connection, filter);
			List<Document> documents = new ArrayList<>();
			DocumentTable.RowVisitor page = (row) -> {
				if (isIn(row, scope)) {
					documents.add(document(row, scope).build());
				}
				return documents.size() < request.limit();
			};
			long last = (wanted instanceof KeySet few && few.cardinality() <= FEW)
					? visit(connection, request.after(), few, page) : DocumentTable.scanRowsWhile(connection,
							request.after(), (key) -> wanted == null || wanted.contains(key), page);
			boolean full = documents.size() == request.limit();
			return new DocumentPage(documents, full ? new DocumentPageRequest(last, request.limit()) : null);
		});
	}

	/** Spares a look at every other row there is. */
	private static long visit(SqlConnection connection, long after, KeySet keys, DocumentTable.RowVisitor visitor)
			throws SQLException {
		long last = after;
		for (long key : keys.toArray()) {
			DocumentContent row = (key > after) ? DocumentTable.content(connection, key) : null;
			if (row != null) {
				last = key;
				if (!visitor.visit(row)) {
					break;
				}
			}
		}
		return last;
	}

	/** Whether a row that is elsewhere yet has ended, as one that is here would have. */
	public boolean hasEnded(StoredRow row) {
		Long end = row.expires();
		return end != null && end <= now();
	}

	/** What ends by now has ended; in milliseconds since 1970. */
	public long now() {
		return this.expiry.now();
	}

	/** A document as a scope shows it. */
	public Document.Builder document(DocumentContent row, Scope scope) {
		return Document.builder()
			.id(scope.shown(row.id()))
			.text(row.text())
			.metadata(this.codec.decode(row.metadata()));
	}

}
