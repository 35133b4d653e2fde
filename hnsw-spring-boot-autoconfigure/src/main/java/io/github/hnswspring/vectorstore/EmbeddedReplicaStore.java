package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.write.TruthFollower;

import org.springframework.ai.vectorstore.filter.Filter;

/**
 * The store of one process that holds what a truth has: what the truth has no place for
 * is refused here, whoever asks, so that the two never differ. Thread-safe.
 */
final class EmbeddedReplicaStore extends EmbeddedLocalReplica implements ReplicaStore {

	private final TruthFollower follower;

	EmbeddedReplicaStore(HnswVectorStore.Builder builder, StoreTruth truth) {
		super(builder, truth);
		this.follower = new TruthFollower(pipeline(), lifecycle());
	}

	@Override
	public Map<String, String> apply(List<ReplicaRow> rows, Collection<String> removed, @Nullable String position) {
		return this.follower.apply(rows, removed, position);
	}

	@Override
	public ReplicaResync resync() {
		return this.follower.resync();
	}

	@Override
	public DocumentStore scopedTo(Map<String, ?> scope) {
		return new ReadOnlyDocumentStore(super.scopedTo(scope));
	}

	@Override
	public SyncResult sync(SyncRequest request) {
		throw ReplicaRefusal.sync();
	}

	@Override
	public UpdateResult updateMetadata(Collection<String> ids, MetadataChanges changes) {
		throw ReplicaRefusal.updateMetadata();
	}

	@Override
	public UpdateResult updateMetadata(Filter.Expression filter, MetadataChanges changes) {
		throw ReplicaRefusal.updateMetadata();
	}

	@Override
	public long importFrom(Path source) {
		throw ReplicaRefusal.imports();
	}

	@Override
	public long importSimpleVectorStore(Path file) {
		throw ReplicaRefusal.imports();
	}

	@Override
	UnsupportedOperationException forgetRefused() {
		return ReplicaRefusal.forget();
	}

	@Override
	UnsupportedOperationException migrationRefused() {
		return ReplicaRefusal.migration();
	}

}
