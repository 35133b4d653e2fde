package io.github.hnswspring.vectorstore.options;

import org.springframework.util.StringUtils;

/**
 * Which metadata makes passages parts of a document.
 *
 * @param document the key whose value all passages of one document share
 * @param position the key whose number says where in it a passage stands
 */
public record PassageKeys(String document, String position) {

	/** What Spring AI's text splitters write. */
	public static final PassageKeys DEFAULTS = new PassageKeys("parent_document_id", "chunk_index");

	/**
	 * Refuses keys that cannot be.
	 * @throws IllegalArgumentException if one is empty
	 */
	public PassageKeys {
		require("document key (hnsw.passages.document-key)", document);
		require("position key (hnsw.passages.position-key)", position);
	}

	private static void require(String what, String key) {
		if (!StringUtils.hasText(key)) {
			throw new IllegalArgumentException("The " + what + " of passages must not be empty; name a metadata key, "
					+ "or leave it out for the one Spring AI's text splitters write");
		}
	}

}
