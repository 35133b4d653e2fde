package io.github.hnswspring.vectorstore;

/**
 * What it took to bring the store into step with a source. A document whose text changed
 * is another one: the former counts as removed, the new one as added.
 *
 * @param added documents that were not there
 * @param changed documents with other metadata than before
 * @param unchanged documents that were not touched
 * @param removed documents the source does not hold any more
 * @param embedded texts that were sent to the embedding model
 */
public record SyncResult(long added, long changed, long unchanged, long removed, long embedded) {

	/**
	 * Whether the store was in step already.
	 * @return {@code true} if no document was added, changed or removed
	 */
	public boolean isUnchanged() {
		return this.added + this.changed + this.removed == 0;
	}

}
