package io.github.hnswspring.vectorstore.transfer;

import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * Chooses the embedding model whose vectors an export has, since those of several cannot
 * be compared: the one that answers or, while the store migrates, the next one if only
 * that has vectors of all documents.
 */
final class ExportedGeneration {

	private static final int CHUNK = 256;

	private ExportedGeneration() {
	}

	/**
	 * Chooses.
	 * @param ended documents that do not count
	 * @throws StoreException if neither has vectors of all documents
	 */
	static ModelGeneration of(SqlConnection connection, Generations generations, KeySet ended) throws SQLException {
		for (ModelGeneration generation : generations.inUse()) {
			if (lacking(connection, generation, ended) == null) {
				return generation;
			}
		}
		ModelGeneration current = generations.current();
		ModelGeneration next = generations.next();
		DocumentContent lacking = lacking(connection, current, ended);
		String name = "Document '" + ((lacking != null) ? lacking.id() : "") + "' has no embedding of "
				+ current.name();
		if (next == null) {
			throw new StoreException(name + ", which gave none that can be used, so it cannot be exported with the "
					+ "others: an export has an embedding of every document. Add it again with a text that the model "
					+ "accepts, or delete it, and so with all that status().migration() names as refused; then export "
					+ "again. A backup has them all, as they are, and can be made at any time", null);
		}
		throw new StoreException(name + ", because it was stored after the store had begun to migrate to " + next.name()
				+ ", and not all documents have one of that yet. An export has embeddings of one model: "
				+ "wait until the store has switched (status().migration() tells how far it is), then export again. "
				+ "A backup can be made at any time", null);
	}

	/** A document without a vector, or {@code null}. */
	private static @Nullable DocumentContent lacking(SqlConnection connection, ModelGeneration generation, KeySet ended)
			throws SQLException {
		long after = 0;
		while (true) {
			List<Long> keys = EmbeddingTable.withoutVector(connection, generation.number(), after, CHUNK);
			if (keys.isEmpty()) {
				return null;
			}
			for (long key : keys) {
				if (!ended.contains(key)) {
					return DocumentTable.content(connection, key);
				}
				after = key;
			}
		}
	}

}
