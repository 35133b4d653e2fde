package io.github.hnswspring.replica;

import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

import io.github.hnswspring.vectorstore.DocumentStore;
import org.jspecify.annotations.Nullable;

/**
 * A part of a replica behind a wall, which is not asked while the replica is made anew.
 * Thread-safe.
 */
final class ScopedReplica extends DocumentDoor<DocumentStore> {

	private final DocumentStore part;

	private final @Nullable Truth truth;

	private final Refill refill;

	private final Duration patience;

	/**
	 * Puts itself before a part.
	 * @param part of the local store
	 * @param truth what is added is stored in, or {@code null} if nothing is
	 * @param refill tells when it can be asked
	 * @param patience how long to wait for that
	 */
	ScopedReplica(DocumentStore part, @Nullable Truth truth, Refill refill, Duration patience) {
		this.part = part;
		this.truth = truth;
		this.refill = refill;
		this.patience = patience;
	}

	@Override
	DocumentStore behind() {
		return this.part;
	}

	@Override
	@Nullable Truth truth() {
		return this.truth;
	}

	@Override
	DocumentStore ready() {
		this.refill.await(this.patience);
		return this.part;
	}

	@Override
	<T> T read(Function<DocumentStore, T> work) {
		return this.refill.read(this.patience, () -> work.apply(this.part));
	}

	@Override
	public DocumentStore scopedTo(Map<String, ?> scope) {
		return new ScopedReplica(this.part.scopedTo(scope), this.truth, this.refill, this.patience);
	}

}
