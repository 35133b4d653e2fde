package io.github.hnswspring.vectorstore.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.SalvageReport;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreInUseException;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.filter.AttributeWriter;
import io.github.hnswspring.vectorstore.filter.MetadataFilters;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.StoreIdentity;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.ExpiryTable;
import io.github.hnswspring.vectorstore.storage.NewDirectories;
import io.github.hnswspring.vectorstore.storage.SourceTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.SqliteConnectionSource;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import io.github.hnswspring.vectorstore.storage.StoreLock;
import io.github.hnswspring.vectorstore.storage.StoreSchema;
import org.jspecify.annotations.Nullable;

/**
 * Saves what can still be read of a damaged database into a new store, row by row: the
 * documents with their embeddings, which need not be paid for again. The damaged files
 * are only read, and a copy of them at that; stop the store that uses them first.
 */
public final class StoreSalvage {

	/** Bytes no row does without: checksums, a key, a vector. */
	private static final int SMALLEST_ROW = 20;

	private final MetadataCodec codec = new MetadataCodec();

	private final Metric metric;

	private long recovered;

	private final List<Long> lost = new ArrayList<>();

	private final List<SalvageReport.DamagedDocument> damaged = new ArrayList<>();

	private final List<String> suspicious = new ArrayList<>();

	private boolean beside;

	private StoreSalvage(Metric metric) {
		this.metric = metric;
	}

	/** See {@code HnswVectorStore.salvage}. */
	public static SalvageReport salvage(Path damaged, Path target, Metric metric) {
		Path original = damaged.resolve(StoreDirectory.DATABASE_FILE);
		Path work = target.resolve("damaged-copy");
		try {
			requireClosed(damaged.toRealPath());
			NewDirectories.create(target);
			NewDirectories.requireEmpty(target);
			Files.createDirectories(work);
			copy(original, work);
			StoreSalvage salvage = new StoreSalvage(metric);
			salvage.run(original, work.resolve(StoreDirectory.DATABASE_FILE),
					target.resolve(StoreDirectory.DATABASE_FILE));
			return new SalvageReport(salvage.recovered, List.copyOf(salvage.lost), List.copyOf(salvage.damaged),
					List.copyOf(salvage.suspicious));
		}
		catch (IOException | SQLException ex) {
			throw new StoreException("Salvage of " + original + " to " + target + " failed: "
					+ StoreException.reason(ex) + ". The damaged files are as they were", ex);
		}
		finally {
			IOException ignored = Files.isDirectory(work) ? new StoreDirectory(work, true).dispose() : null;
			assert ignored == null || Files.exists(work);
		}
	}

	/**
	 * Copying a file closes it, which drops the POSIX locks of the whole process on it:
	 * SQLite's too, and then another tool may delete the log under the open store.
	 */
	private static void requireClosed(Path damaged) {
		if (StoreLock.isHeldHere(damaged)) {
			throw new StoreInUseException(damaged, ProcessHandle.current().pid());
		}
	}

	private static void copy(Path original, Path work) throws IOException {
		// The log may hold the newest documents.
		for (String suffix : new String[] { "", "-wal" }) {
			Path file = original.resolveSibling(original.getFileName() + suffix);
			if (suffix.isEmpty() || Files.exists(file)) {
				Files.copy(file, work.resolve(file.getFileName()));
			}
		}
	}

	private void run(Path original, Path damaged, Path fresh) throws IOException, SQLException {
		SqliteConnectionSource source = new SqliteConnectionSource();
		try (StoreDatabase from = StoreDatabase.openReadOnly(damaged, source);
				StoreDatabase to = StoreDatabase.open(fresh, source)) {
			long last = lastKey(original, from);
			this.beside = from.read((SqlConnection connection) -> ExpiryTable.isThere(connection));
			to.update((connection) -> {
				StoreSchema.create(connection);
				StoreIdentity.create(connection, this.metric);
				MetadataFilters.createTables(connection);
			});
			SalvagedEmbeddings embeddings = new SalvagedEmbeddings(from, this.metric);
			MetadataFilters filters = new MetadataFilters();
			for (long first = 1; first <= last; first += 1_000) {
				long begin = first;
				to.update((connection) -> {
					for (long key = begin; key <= Math.min(last, begin + 999); key++) {
						move(from, embeddings, connection, filters, key);
					}
				});
			}
			to.update(embeddings::finish);
		}
	}

	/**
	 * Where to stop asking for keys. A damaged sequence may claim any number: beyond the
	 * largest key that can be read, there cannot be more rows than the file has room for.
	 */
	private static long lastKey(Path original, StoreDatabase from) throws IOException {
		long rows = Files.size(original) / SMALLEST_ROW;
		try {
			return from.read((connection) -> {
				long largest = largestKey(connection);
				long hidden = Math.min(rows, Long.MAX_VALUE - largest);
				return Math.max(largest, Math.min(DocumentTable.lastKey(connection), largest + hidden));
			});
		}
		catch (SQLException ex) {
			throw new CorruptStoreException(original, "not even its keys can be read: " + ex.getMessage(), ex);
		}
	}

	private static long largestKey(SqlConnection connection) throws SQLException {
		try (var result = connection.prepare("SELECT coalesce(max(key), 0) FROM document").executeQuery()) {
			return result.getLong(1);
		}
	}

	private void move(StoreDatabase from, SalvagedEmbeddings embeddings, SqlConnection to, MetadataFilters filters,
			long key) throws SQLException {
		DocumentRow row;
		Map<String, Object> metadata;
		try {
			row = from
				.<@Nullable DocumentRow>read((connection) -> DocumentTable.row(connection, key, embeddings.current()));
			if (row == null) {
				return;
			}
			metadata = metadata(row);
		}
		catch (DamagedRowException ex) {
			this.damaged.add(new SalvageReport.DamagedDocument(key, ex.id(), String.valueOf(ex.getMessage())));
			embeddings.park(to, key);
			return;
		}
		catch (SQLException | RuntimeException ex) {
			this.lost.add(key);
			return;
		}
		List<SalvagedEmbeddings.Vector> vectors = embeddings.find(key);
		if (vectors == null || DocumentTable.key(to, row.id()).isPresent()) {
			this.lost.add(key);
			return;
		}
		embeddings.insert(to, new DocumentContent(key, row.id(), row.metadata(), row.text()), vectors);
		filters.insert(to, key, metadata);
		keepSource(from, to, key);
		keepEnd(from, to, key);
		this.recovered++;
		byte[] hash = vectors.isEmpty() ? null : vectors.get(0).contentHash();
		if (hash != null && !Arrays.equals(hash, ContentHash.of(row.text()).bytes())) {
			this.suspicious.add(row.id());
		}
	}

	/** As far as that can still be read. */
	private void keepSource(StoreDatabase from, SqlConnection to, long key) throws SQLException {
		String source = null;
		try {
			source = this.beside ? from.<@Nullable String>read((connection) -> SourceTable.of(connection, key)) : null;
		}
		catch (SQLException ex) {
			// Known again once the source is synced.
		}
		if (source != null) {
			SourceTable.put(to, key, source);
		}
	}

	/** The document ends when it would have, as far as that can still be read. */
	private void keepEnd(StoreDatabase from, SqlConnection to, long key) throws SQLException {
		OptionalLong end = OptionalLong.empty();
		try {
			end = this.beside ? from.read((connection) -> ExpiryTable.expires(connection, key)) : OptionalLong.empty();
		}
		catch (SQLException ex) {
			// Its metadata may say it again, once the new store is opened.
		}
		if (end.isPresent()) {
			ExpiryTable.put(to, key, end.getAsLong());
		}
	}

	private Map<String, Object> metadata(DocumentRow row) {
		Map<String, Object> metadata = this.codec.decode(row.metadata());
		AttributeWriter.check(metadata);
		return metadata;
	}

}
