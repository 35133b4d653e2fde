package io.github.hnswspring.replica.reliability;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import javax.sql.DataSource;

import io.github.hnswspring.replica.Replicas;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.replica.KeyedTruth;
import io.github.hnswspring.replica.ReplicaSettings;
import io.github.hnswspring.replica.ReplicatedVectorStore;
import io.github.hnswspring.replica.attach.AttachSettings;
import io.github.hnswspring.replica.attach.PgVectorTableTruth;
import io.github.hnswspring.replica.postgres.PostgresSettings;
import io.github.hnswspring.replica.postgres.PostgresTruth;
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
		boolean isShared() {
			return false;
		}

	},

	/** Tables of our own. */
	SHARED {

		@Override
		void prepare(JdbcTemplate jdbc) {
			// The first instance makes them.
		}

		@Override
		ReplicatedVectorStore replica(HnswVectorStore.Builder builder, DataSource dataSource,
				ReplicaSettings settings) {
			return new ReplicatedVectorStore(builder, truth(dataSource, settings.writeTimeout(), Duration.ofDays(1)),
					settings);
		}

		@Override
		void shortenLog(DataSource dataSource) {
			PostgresTruth truth = truth(dataSource, Duration.ofSeconds(10), Duration.ZERO);
			truth.identity(() -> new KeyedTruth.Identity(Metric.COSINE, null, true));
			truth.trim();
		}

		private PostgresTruth truth(DataSource dataSource, Duration writeTimeout, Duration retention) {
			return new PostgresTruth(dataSource, new PostgresSettings("chaos", null, true, retention, writeTimeout));
		}

		@Override
		Map<String, String> rows(JdbcTemplate jdbc) {
			Map<String, String> rows = new HashMap<>();
			jdbc.query(
					"select id, text, metadata, embedding from hnsw.document "
							+ "where expires is null or expires > extract(epoch from clock_timestamp()) * 1000",
					(row) -> {
						Map<String, Object> metadata = metadata(row.getString(3));
						rows.put(ChaosDocuments.name(row.getString(1), row.getString(2)),
								ChaosDocuments.line(row.getString(2), metadata,
										vector(ByteBuffer.wrap(row.getBytes(4)).order(ByteOrder.LITTLE_ENDIAN))));
					});
			return rows;
		}

		@Override
		boolean isShared() {
			return true;
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

	/**
	 * Whether all that a store keeps is shared: sources, ends, and what was paid for.
	 */
	abstract boolean isShared();

	/** Floats, one after the other. */
	static float[] vector(ByteBuffer bytes) {
		float[] vector = new float[bytes.remaining() / 4];
		bytes.slice().order(bytes.order()).asFloatBuffer().get(vector);
		return vector;
	}

	static Map<String, Object> metadata(String json) {
		return JSON.readValue(json, new TypeReference<Map<String, Object>>() {
		});
	}

}
