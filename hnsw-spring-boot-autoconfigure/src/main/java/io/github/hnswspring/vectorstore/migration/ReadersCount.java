package io.github.hnswspring.vectorstore.migration;

import java.sql.SQLException;
import java.time.Duration;

import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * How many documents another process has embedded by the model it migrates to, counted in
 * the database once in a while. Thread-safe.
 */
final class ReadersCount {

	private static final Log logger = LogFactory.getLog(ReadersCount.class);

	// Of a million documents it takes some tens of milliseconds.
	private static final long PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

	private int generation = -1;

	private long count;

	private long countedNanos;

	synchronized long of(StoreSession session, ModelGeneration next) {
		long now = System.nanoTime();
		if (next.number() != this.generation || now - this.countedNanos >= PAUSE_NANOS) {
			try {
				this.count = session.database().read((connection) -> EmbeddingTable.count(connection, next.number()));
			}
			catch (SQLException ex) {
				logger.debug("The embeddings of " + session.database().file() + " cannot be counted", ex);
			}
			this.generation = next.number();
			this.countedNanos = now;
		}
		return this.count;
	}

}
