package io.github.hnswspring.vectorstore.transfer;

import java.sql.SQLException;
import java.util.List;

import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * The embedding model whose vectors an export has, since those of several cannot be
 * compared: the one that answers or, while the store migrates, the next one if more
 * documents have a vector of that.
 *
 * @param generation of its vectors
 * @param lacking how many documents have none
 * @param first the key of one of them; 0 if there is none
 */
record ExportedGeneration(ModelGeneration generation, long lacking, long first) {

	private static final int CHUNK = 256;

	/**
	 * Chooses.
	 * @param ended documents that do not count
	 */
	static ExportedGeneration of(SqlConnection connection, Generations generations, KeySet ended) throws SQLException {
		ExportedGeneration best = of(connection, generations.current(), ended);
		ModelGeneration next = generations.next();
		if (next != null && best.lacking() > 0) {
			ExportedGeneration other = of(connection, next, ended);
			best = (other.lacking() < best.lacking()) ? other : best;
		}
		return best;
	}

	private static ExportedGeneration of(SqlConnection connection, ModelGeneration generation, KeySet ended)
			throws SQLException {
		long lacking = 0;
		long first = 0;
		long after = 0;
		while (true) {
			List<Long> keys = EmbeddingTable.withoutVector(connection, generation.number(), after, CHUNK);
			if (keys.isEmpty()) {
				return new ExportedGeneration(generation, lacking, first);
			}
			for (long key : keys) {
				if (!ended.contains(key)) {
					lacking++;
					first = (first > 0) ? first : key;
				}
				after = key;
			}
		}
	}

}
