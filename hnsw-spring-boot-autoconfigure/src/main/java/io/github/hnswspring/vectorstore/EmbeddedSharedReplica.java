package io.github.hnswspring.vectorstore;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.write.SharedFollower;

/**
 * The store of one process that shares its documents with others. Thread-safe.
 */
final class EmbeddedSharedReplica extends EmbeddedLocalReplica implements SharedReplica {

	private final SharedFollower follower;

	EmbeddedSharedReplica(HnswVectorStore.Builder builder, SharedTruth truth) {
		super(builder.faults((options) -> options.truth = truth), null);
		this.follower = new SharedFollower(lifecycle(), codec());
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
	UnsupportedOperationException forgetRefused() {
		return SharedRefusal.forget();
	}

	@Override
	UnsupportedOperationException migrationRefused() {
		return SharedRefusal.migration();
	}

}
