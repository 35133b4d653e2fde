package io.github.hnswspring.benchmarks.replica;

import java.util.ArrayList;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore.PgIndexType;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Spring AI's {@code PgVectorStore} with connections of one setting. Thread-safe.
 */
final class PgVectorPeer implements AutoCloseable {

	/** As {@code PgVectorStore} calls it by itself. */
	static final String TABLE = "vector_store";

	private static final int BATCH = 1_000;

	private final HikariDataSource pool;

	private final PgVectorStore store;

	private PgVectorPeer(HikariDataSource pool, PgVectorStore store) {
		this.pool = pool;
		this.store = store;
	}

	/**
	 * Opens the store on a table that is there.
	 * @param context has the database
	 * @param setting how it searches
	 * @param connections of its pool
	 * @return the store
	 */
	static PgVectorPeer open(ReplicaContext context, PgVectorSetting setting, int connections) {
		return open(context, setting.sql(), connections, PgIndexType.HNSW, false);
	}

	private static PgVectorPeer open(ReplicaContext context, String sql, int connections, PgIndexType index,
			boolean create) {
		HikariDataSource pool = context.database().pool(connections, sql);
		PgVectorStore store = PgVectorStore.builder(new JdbcTemplate(pool), context.embeddings())
			.vectorTableName(TABLE)
			.dimensions(context.dataset().base().columns())
			.indexType(index)
			.initializeSchema(create)
			// One document a batch of the model would be one round trip for each.
			.batchingStrategy(wholeBatches())
			.build();
		store.afterPropertiesSet();
		return new PgVectorPeer(pool, store);
	}

	private static BatchingStrategy wholeBatches() {
		return (documents) -> List.of(documents);
	}

	/**
	 * Has {@code PgVectorStore} make its table, fills it through it, and has it make its
	 * index then: the same statements in the order that takes least time.
	 */
	static void fill(ReplicaContext context) {
		try (PgVectorPeer peer = open(context, "", 2, PgIndexType.NONE, true)) {
			for (int from = 0; from < context.rows(); from += BATCH) {
				List<Document> documents = new ArrayList<>();
				for (int row = from; row < Math.min(context.rows(), from + BATCH); row++) {
					documents.add(Documents.of(row));
				}
				peer.store.add(documents);
				context.progress().accept("stored " + (from + documents.size()) + " of " + context.rows());
			}
		}
		context.progress().accept("pgvector builds its index");
		open(context, "set maintenance_work_mem = '1GB'", 1, PgIndexType.HNSW, true).close();
		context.database().execute("vacuum analyze " + TABLE);
	}

	PgVectorStore store() {
		return this.store;
	}

	@Override
	public void close() {
		this.pool.close();
	}

}
