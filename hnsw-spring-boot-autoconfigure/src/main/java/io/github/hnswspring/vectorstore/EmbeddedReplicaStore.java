package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.write.TruthFollower;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * The store of one process that holds what a truth has: what the truth has no place for
 * is refused here, whoever asks, so that the two never differ. Thread-safe.
 */
final class EmbeddedReplicaStore extends EmbeddedVectorStore implements ReplicaStore {

	private final StoreOptions options;

	private final TruthFollower follower;

	EmbeddedReplicaStore(HnswVectorStore.Builder builder, StoreTruth truth) {
		super(builder.faults((options) -> options.replica = true), truth);
		this.options = builder.options();
		this.follower = new TruthFollower(pipeline(), lifecycle());
	}

	@Override
	public @Nullable Path directory() {
		return this.options.directory();
	}

	@Override
	public Metric metric() {
		return this.options.metric();
	}

	@Override
	public @Nullable String position() {
		return this.follower.position();
	}

	@Override
	public void position(String position) {
		this.follower.apply(List.of(), List.of(), position);
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
	public ForgetResult forget(Map<String, ?> scope) {
		throw ReplicaRefusal.forget();
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
	public MigrationEstimate migrate(EmbeddingModel target) {
		throw ReplicaRefusal.migration();
	}

	@Override
	public void rollbackMigration() {
		throw ReplicaRefusal.migration();
	}

	@Override
	public void switchWithoutRefused() {
		throw ReplicaRefusal.migration();
	}

	@Override
	public void removeFormerEmbeddings() {
		throw ReplicaRefusal.migration();
	}

}
