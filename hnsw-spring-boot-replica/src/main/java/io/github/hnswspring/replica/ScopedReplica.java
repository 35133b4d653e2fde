package io.github.hnswspring.replica;

import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.github.hnswspring.vectorstore.DocumentStore;

import org.springframework.ai.document.Document;

/**
 * A part of a replica behind a wall, which is not asked while the replica is made anew.
 * Thread-safe.
 */
final class ScopedReplica extends DocumentDoor<DocumentStore> {

	private final DocumentStore part;

	private final UnaryOperator<Document> accept;

	private final Refill refill;

	private final Duration patience;

	/**
	 * Puts itself before a part.
	 * @param part of the local store
	 * @param accept refuses what the truth cannot store
	 * @param refill tells when it can be asked
	 * @param patience how long to wait for that
	 */
	ScopedReplica(DocumentStore part, UnaryOperator<Document> accept, Refill refill, Duration patience) {
		this.part = part;
		this.accept = accept;
		this.refill = refill;
		this.patience = patience;
	}

	@Override
	DocumentStore behind() {
		return this.part;
	}

	@Override
	Document accepted(Document document) {
		return this.accept.apply(document);
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
		return new ScopedReplica(this.part.scopedTo(scope), this.accept, this.refill, this.patience);
	}

}
