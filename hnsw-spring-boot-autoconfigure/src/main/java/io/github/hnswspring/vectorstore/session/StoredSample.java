package io.github.hnswspring.vectorstore.session;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentEmbedding;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.document.Document;

/**
 * A text that is known to be what a stored vector was made of: what another model makes
 * of it is another vector.
 *
 * @param text short, since it is paid for
 * @param vector the stored one
 */
record StoredSample(String text, float[] vector) {

	private static final int LOOKED_AT = 64;

	// One model is not always exact, in another precision for example; vectors of two
	// models are hardly ever alike.
	private static final double ALIKE = 0.95;

	/** The shortest of the first texts, or {@code null} if there is none. */
	static @Nullable StoredSample find(StoreSession session, EmbeddingClient client, int generation) {
		return session.reader().<@Nullable StoredSample>read((connection) -> {
			List<Long> keys = new ArrayList<>();
			EmbeddingTable.scan(connection, generation, 0, LOOKED_AT, (key, embedding) -> keys.add(key));
			StoredSample found = null;
			for (long key : keys) {
				StoredSample sample = of(session, connection, client, key, generation);
				if (sample != null && (found == null || sample.text().length() < found.text().length())) {
					found = sample;
				}
			}
			return found;
		});
	}

	private static @Nullable StoredSample of(StoreSession session, SqlConnection connection, EmbeddingClient client,
			long key, int generation) throws SQLException {
		try {
			DocumentContent row = DocumentTable.content(connection, key);
			DocumentEmbedding stored = EmbeddingTable.find(connection, key, generation);
			if (row == null || stored == null) {
				return null;
			}
			Document document = session.reader().document(row, Scope.EVERYTHING).build();
			String alone = document.getText();
			for (String text : List.of(client.content(document), (alone != null) ? alone : "")) {
				if (!text.isBlank() && Arrays.equals(ContentHash.of(text).bytes(), stored.contentHash())) {
					return new StoredSample(text, stored.vector());
				}
			}
			return null;
		}
		catch (DamagedRowException ex) {
			return null;
		}
	}

	/** Asks a model for the vector of the text, and compares. */
	boolean isOf(EmbeddingClient client) {
		float[] other = client.embed(List.of(this.text), List.of("a stored text")).vectors().get(0);
		if (other == null || other.length != this.vector.length) {
			return false;
		}
		double product = 0;
		double squares = 0;
		double otherSquares = 0;
		for (int i = 0; i < other.length; i++) {
			product += (double) other[i] * this.vector[i];
			squares += (double) this.vector[i] * this.vector[i];
			otherSquares += (double) other[i] * other[i];
		}
		return product >= ALIKE * Math.sqrt(squares * otherSquares);
	}

}
