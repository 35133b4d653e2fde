package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.IdSet;
import io.github.hnswspring.vectorstore.DocumentPage;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.filter.FilterQueryException;
import io.github.hnswspring.vectorstore.filter.MetadataFilters;
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

	private final StoreDatabase database;

	private final MetadataFilters filters;

	private final MetadataCodec codec;

	private final WriteHealth health;

	DocumentReader(StoreDatabase database, MetadataFilters filters, MetadataCodec codec, WriteHealth health) {
		this.database = database;
		this.filters = filters;
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

	/** The keys of those rows that a filter matches, or {@code null} for every row. */
	public @Nullable IdSet select(SqlConnection connection, Filter.@Nullable Expression filter, Selection within)
			throws SQLException {
		return (filter == null && within.isEverything()) ? null : this.filters.select(connection, filter, within);
	}

	/** Tells, once, of a metadata key that a search goes by and no document has. */
	public void hintAt(SqlConnection connection, String key, String consequence) {
		this.filters.hintAt(connection, key, consequence);
	}

	/** What in a filter a document fails. */
	public List<String> failures(Filter.Expression filter, DocumentContent row) {
		return MetadataFilters.failures(filter, this.codec.decode(row.metadata()));
	}

	public long count(Filter.Expression filter) {
		return read((connection) -> this.filters.select(connection, filter).cardinality());
	}

	public boolean exists(String id) {
		return read((connection) -> DocumentTable.key(connection, id).isPresent());
	}

	/** The documents of those ids that are stored, in the order of the ids. */
	public List<Document> get(Collection<String> ids) {
		return read((connection) -> {
			List<Document> documents = new ArrayList<>();
			for (String id : new LinkedHashSet<>(ids)) {
				DocumentContent row = DocumentTable.content(connection, id);
				if (row != null) {
					documents.add(document(row).build());
				}
			}
			return documents;
		});
	}

	public DocumentPage list(Filter.@Nullable Expression filter, DocumentPageRequest request) {
		return read((connection) -> {
			IdSet wanted = select(connection, filter);
			List<Document> documents = new ArrayList<>();
			long last = DocumentTable.scanRowsWhile(connection, request.after(),
					(key) -> wanted == null || wanted.contains(key), (row) -> {
						documents.add(document(row).build());
						return documents.size() < request.limit();
					});
			boolean full = documents.size() == request.limit();
			return new DocumentPage(documents, full ? new DocumentPageRequest(last, request.limit()) : null);
		});
	}

	public Document.Builder document(DocumentContent row) {
		return Document.builder().id(row.id()).text(row.text()).metadata(this.codec.decode(row.metadata()));
	}

}
