package io.github.hnswspring.vectorstore.derived;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndex;
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
		return this.options.readOnly() ? HnswIndex.loadShared(file, vectorFile, (key) -> vector(key, generation))
				: HnswIndex.load(file, vectorFile, (key) -> vector(key, generation));
	}

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
