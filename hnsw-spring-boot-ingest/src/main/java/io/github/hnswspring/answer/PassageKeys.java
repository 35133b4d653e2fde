package io.github.hnswspring.answer;

import io.github.hnswspring.ingest.Chunks;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;

/**
 * Which metadata of passages help to answer; all of them may be missing.
 *
 * @param documentKey what all passages of one document share
 * @param positionKey the number of a passage in its document
 */
record PassageKeys(String documentKey, String positionKey) {

	/** The heading path. */
	static final String SECTION = Chunks.SECTION;

	/** What people call the document. */
	static final String SOURCE = Chunks.SOURCE;

	/** Which stretches of the text are prose, lists, tables and listings. */
	static final String LAYOUT = Chunks.BLOCKS;

	@Nullable Double position(Document passage) {
		boolean numbered = passage.getMetadata().get(this.documentKey) != null;
		return (numbered && passage.getMetadata().get(this.positionKey) instanceof Number number) ? number.doubleValue()
				: null;
	}

	/** The document's key; of a passage that has none, its own id. */
	Object document(Document passage) {
		Object document = passage.getMetadata().get(this.documentKey);
		return (document != null) ? document : passage.getId();
	}

}
