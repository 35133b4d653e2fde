package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.write.TruthFollower;

/**
 * The store of one process that holds what a truth has. Thread-safe.
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
	public Map<String, String> apply(List<ReplicaRow> rows, Collection<String> removed, @Nullable String position) {
		return this.follower.apply(rows, removed, position);
	}

	@Override
	public ReplicaResync resync() {
		return this.follower.resync();
	}

}
