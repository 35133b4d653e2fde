package io.github.hnswspring.vectorstore;

import java.util.List;
import java.util.Objects;

import org.springframework.ai.document.Document;
import org.springframework.util.Assert;

/**
 * What to bring into step with a source, and how much may go. Thread-safe: immutable.
 *
 * @param source names the source among all of the store, such as a path or an address; as
 * long as an id may be
 * @param documents all that the source holds now, not a part of it, in its order; their
 * ids do not count. None if the source has gone
 * @param maxRemoved the share of its documents the source may lose, 0 to 1
 */
public record SyncRequest(String source, List<Document> documents, double maxRemoved) {

	/**
	 * Refuses what cannot be meant.
	 * @throws IllegalArgumentException if something is missing or out of its range
	 */
	public SyncRequest {
		Assert.hasText(source, "The source must not be empty; name it, for example by its path or address");
		Assert.notNull(documents, "The documents must not be null; pass a list, which is empty if the source has gone");
		checkNoNull(documents);
		documents = List.copyOf(documents);
		if (!(maxRemoved >= 0 && maxRemoved <= 1)) {
			throw new IllegalArgumentException("maxRemoved must be a share, 0 (none may go) to 1 (all may), but was "
					+ maxRemoved + "; for half of them pass 0.5");
		}
	}

	static void checkNoNull(List<Document> documents) {
		documents.forEach((document) -> Objects.requireNonNull(document, "One of the documents is null"));
	}

	/**
	 * Asks for all that a source holds now, however little it is.
	 * @param source names the source
	 * @param documents all it holds
	 * @return the request
	 */
	public static SyncRequest of(String source, List<Document> documents) {
		return new SyncRequest(source, documents, 1);
	}

	/**
	 * Has the store refuse a source that suddenly yields little, or something else: a
	 * page that says "please log in", a share that is not mounted, another file of the
	 * same name.
	 *
	 * <p>
	 * Documents that vanish count as far as no others came in their place. If not one
	 * text is left of what the source had, all of it counts as lost, however much it
	 * holds now; so does a source of a single document whose text was changed, which is
	 * to be synced without this, or with 1.
	 * @param share of its documents the source may lose, 0 to 1
	 * @return the changed request; a {@link SyncRefusedException} tells that more would
	 * go, and nothing is changed then
	 */
	public SyncRequest withMaxRemoved(double share) {
		return new SyncRequest(this.source, this.documents, share);
	}

}
