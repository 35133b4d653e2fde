package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.options.StoreIdentity;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentEmbedding;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.document.Document;

/**
 * Finds out which vectors of a document are not of what it is now, when its metadata
 * changes and it has vectors of several models: one of them may see what another does
 * not. Such a vector is let go of, and made anew where it is needed. Thread-safe.
 */
final class OutdatedVectors {

	private final StoreIdentity identity;

	private final EmbeddingModels models;

	OutdatedVectors(StoreIdentity identity, EmbeddingModels models) {
		this.identity = identity;
		this.models = models;
	}

	/**
	 * The generations of such vectors. One that a caller brought is none: what it was
	 * made from is not known.
	 * @param row as it is now
	 * @param metadata as it was decoded from the row
	 * @param right the generation whose vector is known to be right
	 */
	List<Integer> of(SqlConnection connection, DocumentContent row, Map<String, Object> metadata, int right)
			throws SQLException {
		Generations generations = this.identity.generations();
		List<Integer> outdated = new ArrayList<>();
		for (ModelGeneration other : generations.all()) {
			if (other.number() != right && isOutdated(connection, row, metadata, other.number(), generations)) {
				outdated.add(other.number());
			}
		}
		return outdated;
	}

	private boolean isOutdated(SqlConnection connection, DocumentContent row, Map<String, Object> metadata,
			int generation, Generations generations) throws SQLException {
		DocumentEmbedding embedding;
		try {
			embedding = EmbeddingTable.find(connection, row.key(), generation);
		}
		catch (DamagedRowException ex) {
			return true;
		}
		byte[] hash = (embedding != null) ? embedding.contentHash() : null;
		if (hash == null) {
			return false;
		}
		Document document = Document.builder().id(row.id()).text(row.text()).metadata(metadata).build();
		return this.models.readersOf(generation, generations)
			.flatMap((client) -> Stream.of(client.content(document), client.formerContent(document)))
			.noneMatch((content) -> Arrays.equals(hash, ContentHash.of(content).bytes()));
	}

}
