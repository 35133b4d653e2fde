package io.github.hnswspring.vectorstore;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.StoreDatabase;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;

/** Writes the index beside the database and reads it back. */
final class SnapshotManager {

	SnapshotManager(StoreDirectory directory, StoreDatabase database, IndexManager index, StoreIdentity identity,
			StoreOptions options) {
	}

	long lastSnapshotChange() {
		return 0;
	}

	@Nullable IndexSegment load(SqlConnection connection) {
		return null;
	}

	void saveIfDue() {
	}

	void saveAtStop() {
	}

	static boolean sameParameters(HnswIndex a, HnswIndex b) {
		return a.m() == b.m() && a.efConstruction() == b.efConstruction()
				&& a.statistics().quantization().equals(b.statistics().quantization());
	}

}
