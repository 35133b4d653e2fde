package io.github.hnswspring.replica.reliability;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import javax.sql.DataSource;

import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.attach.AttachSettings;
import io.github.hnswspring.replica.attach.PgVectorTableTruth;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.JdbcTemplate;

/** What replicas follow. Stateless. */
enum ChaosTruth {

	/** A table of {@code PgVectorStore}. */
	ATTACHED {

		@Override
		void prepare(JdbcTemplate jdbc) {
			jdbc.execute(Replicas.table(TABLE, "text", "jsonb"));
		}

		@Override
		ReplicatedVectorStore replica(HnswVectorStore.Builder builder, DataSource dataSource,
				ReplicaSettings settings) {
			return new ReplicatedVectorStore(builder, truth(dataSource, settings.writeTimeout(), Duration.ofDays(1)),
					settings);
		}

		@Override
		void shortenLog(DataSource dataSource) {
			truth(dataSource, Duration.ofSeconds(10), Duration.ZERO).trim();
		}

		private PgVectorTableTruth truth(DataSource dataSource, Duration writeTimeout, Duration retention) {
			return new PgVectorTableTruth(dataSource,
					new AttachSettings("public", TABLE, Replicas.DIMENSIONS, null, true, retention), writeTimeout);
		}

		@Override
		Map<String, String> rows(JdbcTemplate jdbc) {
			Map<String, String> rows = new HashMap<>();
			jdbc.query("select id, content, metadata::text, vector_send(embedding) from " + TABLE, (row) -> {
				byte[] sent = row.getBytes(4);
				rows.put(row.getString(1), ChaosDocuments.line(row.getString(2), metadata(row.getString(3)),
						vector(ByteBuffer.wrap(sent, 4, sent.length - 4))));
			});
			return rows;
		}

		@Override
		boolean embedsOnceForAll() {
			return false;
		}

	};

	private static final String TABLE = "vector_store";

	private static final JsonMapper JSON = new JsonMapper();

	/** Makes what applications have before. */
	abstract void prepare(JdbcTemplate jdbc);

	/** A replica of it, not started. */
	abstract ReplicatedVectorStore replica(HnswVectorStore.Builder builder, DataSource dataSource,
			ReplicaSettings settings);

	/** Removes all of the log of changes that may go. */
	abstract void shortenLog(DataSource dataSource);

	/** All there is, read past our own code, as {@link ChaosDocuments#line}. */
	abstract Map<String, String> rows(JdbcTemplate jdbc);

	/** Whether a text that one instance has embedded is known to the others. */
	abstract boolean embedsOnceForAll();

	/** Floats, one after the other. */
	static float[] vector(ByteBuffer bytes) {
		float[] vector = new float[bytes.remaining() / 4];
		bytes.slice().asFloatBuffer().get(vector);
		return vector;
	}

	static Map<String, Object> metadata(String json) {
		return JSON.readValue(json, new TypeReference<Map<String, Object>>() {
		});
	}

}
