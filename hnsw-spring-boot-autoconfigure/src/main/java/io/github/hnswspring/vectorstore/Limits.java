package io.github.hnswspring.vectorstore;

/**
 * The largest inputs a store accepts; a larger one is refused before anything happens.
 *
 * @param idLength characters of a document's id
 * @param textLength characters of a document's text
 * @param metadataLength characters of a document's metadata as JSON
 * @param documentsPerCall documents in one {@code add} or {@code replace}
 * @param topK results of one search
 * @param queryLength characters of a query
 */
public record Limits(int idLength, int textLength, int metadataLength, int documentsPerCall, int topK,
		int queryLength) {

	/** What a store accepts unless told otherwise. */
	public static final Limits DEFAULTS = new Limits(512, 1_000_000, 65_536, 100_000, 10_000, 100_000);

	public Limits {
		atLeastOne("idLength", idLength);
		atLeastOne("textLength", textLength);
		atLeastOne("metadataLength", metadataLength);
		atLeastOne("documentsPerCall", documentsPerCall);
		atLeastOne("topK", topK);
		atLeastOne("queryLength", queryLength);
	}

	private static void atLeastOne(String name, int value) {
		if (value < 1) {
			throw new IllegalArgumentException("Limit " + name + " must be at least 1, but was " + value);
		}
	}

	/**
	 * Changes the longest id.
	 * @param characters at least 1
	 * @return the changed limits
	 */
	public Limits withIdLength(int characters) {
		return new Limits(characters, this.textLength, this.metadataLength, this.documentsPerCall, this.topK,
				this.queryLength);
	}

	/**
	 * Changes the longest text.
	 * @param characters at least 1
	 * @return the changed limits
	 */
	public Limits withTextLength(int characters) {
		return new Limits(this.idLength, characters, this.metadataLength, this.documentsPerCall, this.topK,
				this.queryLength);
	}

	/**
	 * Changes the longest metadata.
	 * @param characters of JSON, at least 1
	 * @return the changed limits
	 */
	public Limits withMetadataLength(int characters) {
		return new Limits(this.idLength, this.textLength, characters, this.documentsPerCall, this.topK,
				this.queryLength);
	}

	/**
	 * Changes the most documents a call.
	 * @param documents at least 1
	 * @return the changed limits
	 */
	public Limits withDocumentsPerCall(int documents) {
		return new Limits(this.idLength, this.textLength, this.metadataLength, documents, this.topK, this.queryLength);
	}

	/**
	 * Changes the most results of a search.
	 * @param results at least 1
	 * @return the changed limits
	 */
	public Limits withTopK(int results) {
		return new Limits(this.idLength, this.textLength, this.metadataLength, this.documentsPerCall, results,
				this.queryLength);
	}

	/**
	 * Changes the longest query.
	 * @param characters at least 1
	 * @return the changed limits
	 */
	public Limits withQueryLength(int characters) {
		return new Limits(this.idLength, this.textLength, this.metadataLength, this.documentsPerCall, this.topK,
				characters);
	}

	static void check(String what, long actual, int limit, String remedy) {
		if (actual > limit) {
			throw new IllegalArgumentException(
					what + " is " + actual + ", but at most " + limit + " is accepted; " + remedy);
		}
	}

}
