package io.github.hnswspring.vectorstore;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.options.StoreOptions;
import io.github.hnswspring.vectorstore.write.SharedFollower;

import org.springframework.ai.embedding.EmbeddingModel;

/**
 * The store of one process that shares its documents with others. Thread-safe.
 */
final class EmbeddedSharedReplica extends EmbeddedVectorStore implements SharedReplica {

	private final StoreOptions options;

	private final SharedFollower follower;

	EmbeddedSharedReplica(HnswVectorStore.Builder builder, SharedTruth truth) {
		super(builder.faults((options) -> {
			options.replica = true;
			options.truth = truth;
		}));
		this.options = builder.options();
		this.follower = new SharedFollower(lifecycle(), codec());
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
		this.follower.position(position);
	}

	@Override
	public void apply(StoredChange change, @Nullable String position) {
		this.follower.apply(change, position);
	}

	@Override
	public Runnable fill() {
		return this.follower.fill();
	}

	@Override
	public void alone(Duration timeout, Runnable work) {
		this.follower.alone(timeout, work);
	}

	@Override
	public void digests(StoredRow.DigestVisitor visitor) {
		this.follower.digests(visitor);
	}

	@Override
	public StoredChange rows(long after, int most) {
		return this.follower.rows(after, most);
	}

	@Override
	public void truthId(String truth) {
		this.follower.truthId(truth);
	}

	@Override
	public ForgetResult forget(Map<String, ?> scope) {
		throw SharedRefusal.forget();
	}

	@Override
	public MigrationEstimate migrate(EmbeddingModel target) {
		throw SharedRefusal.migration();
	}

	@Override
	public void rollbackMigration() {
		throw SharedRefusal.migration();
	}

	@Override
	public void switchWithoutRefused() {
		throw SharedRefusal.migration();
	}

	@Override
	public void removeFormerEmbeddings() {
		throw SharedRefusal.migration();
	}

}
