package io.github.hnswspring.vectorstore.derived;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.VectorSource;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DamagedRows;
import io.github.hnswspring.vectorstore.storage.DocumentEmbedding;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.WriteHealth;

/**
 * Creates and reads indexes whose vectors, if they are quantised, lie in a mapped file
 * beside the database. A vector the file lacks comes from its row. Thread-safe.
 */
final class IndexFactory {

	private static final Log logger = LogFactory.getLog(IndexFactory.class);

	private final StoreOptions options;

	private final Path directory;

	private final StoreDatabase database;

	private final DamagedRows damagedRows;

	IndexFactory(StoreOptions options, Path directory, StoreDatabase database, DamagedRows damagedRows) {
		this.options = options;
		this.directory = directory;
		this.database = database;
		this.damagedRows = damagedRows;
	}

	/** Creates an empty index as configured, with a vector file of a name never used. */
	HnswIndex newIndex(int dimensions) {
		Path file = this.options.readOnly() ? null : this.directory
			.resolve(SnapshotManifest.VECTORS_PREFIX + UUID.randomUUID() + SnapshotManifest.VECTORS_SUFFIX);
		return this.options.newIndex(dimensions, file);
	}

	/** Reads an index of vectors of a generation. */
	HnswIndex load(Path file, @Nullable Path vectorFile, int generation) {
		if (vectorFile == null) {
			return HnswIndex.load(file);
		}
		AtomicBoolean told = new AtomicBoolean();
		VectorSource source = (key) -> {
			float[] vector = vector(key, generation);
			if (vector != null && !told.getAndSet(true)) {
				logger.warn("The derived file " + vectorFile + " does not hold all vectors the index was saved with; "
						+ "the first that was missed is that of row key " + key + ". It was damaged, or copied while "
						+ "it was written. Each vector is compared with its checksum before it is used first, and "
						+ "fetched from the database where it is wrong: no document and no answer is affected");
			}
			return vector;
		};
		return this.options.readOnly() ? HnswIndex.loadShared(file, vectorFile, source)
				: HnswIndex.load(file, vectorFile, source);
	}

	/** The vector of a row; {@code null} if there is no such row, or it is damaged. */
	private float @Nullable [] vector(long key, int generation) {
		try {
			DocumentEmbedding row = this.database
				.readForRepair((connection) -> EmbeddingTable.find(connection, key, generation));
			return (row != null) ? row.vector() : null;
		}
		catch (DamagedRowException ex) {
			// Only this document is hard to find from now on; searches for others go on.
			this.damagedRows.note(ex);
			return null;
		}
		catch (SQLException ex) {
			throw WriteHealth.translate(this.database.file(), "be read to restore a vector", ex);
		}
	}

}
