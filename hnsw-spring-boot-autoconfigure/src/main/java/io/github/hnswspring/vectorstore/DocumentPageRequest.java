package io.github.hnswspring.vectorstore;

/**
 * Which part of the documents to list. Documents are listed in the order in which they
 * were stored, so a listing page by page sees every document that stays untouched
 * meanwhile exactly once.
 *
 * @param after where the page before ended, 0 for the first page
 * @param limit most documents on the page, at least 1
 */
public record DocumentPageRequest(long after, int limit) {

	/**
	 * Refuses a page that cannot be.
	 * @throws IllegalArgumentException for a negative position or an empty page
	 */
	public DocumentPageRequest {
		if (after < 0 || limit < 1) {
			throw new IllegalArgumentException(
					"A page begins after 0 or a later position and has a limit of at least 1, but after was " + after
							+ " and limit " + limit);
		}
	}

	/**
	 * The first page.
	 * @param limit most documents on it
	 * @return the request
	 */
	public static DocumentPageRequest first(int limit) {
		return new DocumentPageRequest(0, limit);
	}

}
