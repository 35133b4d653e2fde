package io.github.hnswspring.ingest;

import io.github.hnswspring.vectorstore.ExclusiveWork;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Which of the instances that share a store goes over the sources: one at a time, or each
 * would delete what only another has folders of, and all would read everything. Where a
 * store has one instance only, it is always that one's turn.
 * <p>
 * Confined to the thread of the rounds, {@link #end()} aside.
 */
final class Turn {

	private static final Log logger = LogFactory.getLog(Turn.class);

	private static final String WORK = "ingest";

	private final @Nullable ExclusiveWork shared;

	private final Catalog catalog;

	private boolean waited;

	Turn(HnswVectorStore store, Catalog catalog) {
		this.shared = (store instanceof ExclusiveWork work) ? work : null;
		this.catalog = catalog;
	}

	/**
	 * Whether this instance is the one now. Who takes over begins with what the one
	 * before has stored.
	 */
	boolean take() {
		if (this.shared == null) {
			return true;
		}
		boolean ours = this.shared.tryTake(WORK);
		if (ours && this.waited) {
			this.catalog.load();
			logger.info("This instance goes over the sources now, as the one that did has gone");
		}
		else if (!ours && !this.waited) {
			logger.info("Another instance goes over the sources; this one does if that has gone");
		}
		this.waited = !ours;
		return ours;
	}

	/** Whether this instance waits for another one to go. */
	boolean isWaiting() {
		return this.waited;
	}

	/** Lets another instance have its turn. */
	void end() {
		if (this.shared != null) {
			try {
				this.shared.letGo(WORK);
			}
			catch (RuntimeException ex) {
				logger.debug("Others are not told that this instance has stopped; they find out by themselves", ex);
			}
		}
	}

}
