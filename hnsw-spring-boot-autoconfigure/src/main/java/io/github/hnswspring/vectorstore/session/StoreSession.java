package io.github.hnswspring.vectorstore.session;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.derived.StoreIndex;
import io.github.hnswspring.vectorstore.options.StoreIdentity;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.progress.Activities;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import io.github.hnswspring.vectorstore.storage.StoreLock;
import io.github.hnswspring.vectorstore.storage.WriteHealth;
import io.github.hnswspring.vectorstore.text.TextIndex;

/**
 * Everything that is open between start and stop of a store. Thread-safe.
 *
 * @param options what the store was built with
 * @param directory where it lies
 * @param lock ownership of the directory; {@code null} for a reader
 * @param database the truth
 * @param identity what all embeddings have in common
 * @param index finds vectors
 * @param text finds words
 * @param health whether writing works
 * @param modelHealth whether the embedding model is the store's
 * @param activities what takes its time
 * @param models what texts are embedded by
 * @param reader reads documents
 * @param writer changes documents
 * @param maintenance works in the background
 */
public record StoreSession(StoreOptions options, StoreDirectory directory, @Nullable StoreLock lock,
		StoreDatabase database, StoreIdentity identity, StoreIndex index, TextIndex text, WriteHealth health,
		ModelHealth modelHealth, Activities activities, EmbeddingModels models, DocumentReader reader,
		StoreWriter writer, StoreMaintenance maintenance) {

	private static final Log logger = LogFactory.getLog(StoreSession.class);

	private static final Duration LONGEST_SAVE = Duration.ofMinutes(5);

	/**
	 * Has the index saved, so that a copy of its files has little to replay. That it
	 * fails, or takes too long, costs the copy time and no more; a reader saves nothing.
	 */
	public void saveIndex() {
		if (this.options.readOnly()) {
			return;
		}
		try {
			this.maintenance.saved().get(LONGEST_SAVE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.debug("The index of " + this.directory.path() + " was not saved for a copy", ex);
		}
	}

	/** Saves what is worth saving and releases everything; goes on after a failure. */
	void close() {
		this.maintenance.stop();
		this.index.close();
		this.text.close();
		try {
			this.database.close();
		}
		catch (SQLException ex) {
			logger.warn("Database " + this.database.file() + " was not closed cleanly; it will repair itself", ex);
		}
		if (this.lock != null) {
			try {
				this.lock.close(this.directory.temporary());
			}
			catch (IOException ex) {
				logger.warn("Lock on " + this.directory.path() + " was not released cleanly", ex);
			}
		}
	}

}
