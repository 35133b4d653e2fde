package io.github.hnswspring.vectorstore;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What was saved of a damaged store.
 *
 * @param recovered documents that are in the new store
 * @param lostKeys keys of rows that could not be read, or held no usable embedding; keys
 * of documents deleted before are not among them
 * @param damaged documents that could be read but are not what was written; they are not
 * in the new store
 * @param suspiciousIds recovered documents whose text is not what their hash was made of:
 * the embedding model is given more than the text
 */
public record SalvageReport(long recovered, List<Long> lostKeys, List<DamagedDocument> damaged,
		List<String> suspiciousIds) {

	/**
	 * A document that is not what was written. If only its text or its metadata are
	 * damaged, its embedding is kept for a week: added again from where it came from, the
	 * document costs no embedding.
	 *
	 * @param key of its row
	 * @param id as it was read, which may be what is damaged; {@code null} if not even
	 * that could be read
	 * @param problem what does not match, for people to read
	 */
	public record DamagedDocument(long key, @Nullable String id, String problem) {

	}

}
