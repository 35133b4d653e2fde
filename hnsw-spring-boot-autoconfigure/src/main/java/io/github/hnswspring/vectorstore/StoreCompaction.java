package io.github.hnswspring.vectorstore;

import java.sql.SQLException;

import io.github.hnswspring.index.HnswStatistics;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;

/** Gives space of deleted documents back. */
final class StoreCompaction {

	// With fewer removed slots a new index would hardly be smaller.
	private static final double WORTHWHILE_SHARE = 0.2;

	private final StoreSession session;

	StoreCompaction(StoreSession session) {
		this.session = session;
	}

	void compact() {
		StoreDatabase database = this.session.database();
		database.writerLock().lock();
		try {
			database.compact();
			this.session.health().succeeded();
			rebuildIfWorthwhile();
		}
		catch (SQLException ex) {
			throw this.session.health().failed(WriteHealth.WRITE, ex);
		}
		finally {
			database.writerLock().unlock();
		}
	}

	private void rebuildIfWorthwhile() {
		IndexManager index = this.session.index();
		IndexSegment serving = index.serving();
		if (serving == null || index.building() != null) {
			return;
		}
		HnswStatistics statistics = serving.index().statistics();
		long unused = (long) statistics.removedSlots() + statistics.freeSlots();
		if (unused > WORTHWHILE_SHARE * (statistics.size() + unused)) {
			index.startBuilding(new IndexSegment(index.indexes().newIndex(serving.index().dimensions()), 0));
			this.session.maintenance().wakeUp();
		}
	}

}
