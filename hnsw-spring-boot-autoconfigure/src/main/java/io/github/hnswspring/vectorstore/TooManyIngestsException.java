package io.github.hnswspring.vectorstore;

/**
 * Too many calls store documents and wait to do so. Nothing of this call was embedded or
 * stored: call again later.
 */
public class TooManyIngestsException extends StoreException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param atOnce how many calls store documents
	 * @param waiting how many wait to do so
	 */
	public TooManyIngestsException(int atOnce, int waiting) {
		super(atOnce + " calls are storing documents and " + waiting
				+ " wait; nothing of this call was changed. Call again later or store more documents per call, or raise "
				+ "hnsw.limits.concurrent-ingests or hnsw.limits.waiting-ingests", null);
	}

}
