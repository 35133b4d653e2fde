package io.github.hnswspring.vectorstore;

import io.github.hnswspring.index.HnswIndex;

/**
 * The largest inputs a store accepts; a larger one is refused before anything happens.
 *
 * @param idLength characters of a document's id
 * @param textLength characters of a document's text
 * @param metadataLength characters of a document's metadata as JSON
 * @param metadataDepth maps and lists of metadata inside one another, the outermost map
 * included
 * @param documentsPerCall documents in one {@code add} or {@code replace}
 * @param topK results of one search
 * @param queryLength characters of a query
 * @param filterSize values a filter compares with; a comparison counts as one, an IN as
 * many as it has values
 * @param dimensions components of an embedding
 * @param concurrentIngests calls of {@code add} or {@code replace} at once; further ones
 * wait
 * @param waitingIngests calls that wait; further ones are refused with a
 * {@link TooManyIngestsException}
 */
public record Limits(int idLength, int textLength, int metadataLength, int metadataDepth, int documentsPerCall,
		int topK, int queryLength, int filterSize, int dimensions, int concurrentIngests, int waitingIngests) {

	/** Maps and lists within each other in metadata, which a limit can only lower. */
	public static final int MAX_METADATA_DEPTH = 32;

	/** Values a filter compares with, which a limit can only lower. */
	public static final int MAX_FILTER_SIZE = 10_000;

	/** What a store accepts unless told otherwise. */
	public static final Limits DEFAULTS = new Limits(512, 1_000_000, 65_536, MAX_METADATA_DEPTH, 100_000, 10_000,
			100_000, MAX_FILTER_SIZE, HnswIndex.MAX_DIMENSIONS, 64, 1_000);

	/**
	 * Refuses what would be no limit.
	 * @throws IllegalArgumentException for a limit out of its range
	 */
	public Limits {
		inRange("idLength", idLength, 1, Integer.MAX_VALUE);
		inRange("textLength", textLength, 1, Integer.MAX_VALUE);
		inRange("metadataLength", metadataLength, 1, Integer.MAX_VALUE);
		inRange("metadataDepth", metadataDepth, 1, MAX_METADATA_DEPTH);
		inRange("documentsPerCall", documentsPerCall, 1, Integer.MAX_VALUE);
		inRange("topK", topK, 1, Integer.MAX_VALUE);
		inRange("queryLength", queryLength, 1, Integer.MAX_VALUE);
		inRange("filterSize", filterSize, 1, MAX_FILTER_SIZE);
		inRange("dimensions", dimensions, 1, HnswIndex.MAX_DIMENSIONS);
		inRange("concurrentIngests", concurrentIngests, 1, Integer.MAX_VALUE);
		inRange("waitingIngests", waitingIngests, 0, Integer.MAX_VALUE);
	}

	private static void inRange(String name, int value, int least, int most) {
		if (value < least || value > most) {
			throw new IllegalArgumentException(
					"Limit " + name + " must be " + least + " to " + most + ", but was " + value);
		}
	}

	/**
	 * Changes the longest id.
	 * @param characters at least 1
	 * @return the changed limits
	 */
	public Limits withIdLength(int characters) {
		return new Limits(characters, this.textLength, this.metadataLength, this.metadataDepth, this.documentsPerCall,
				this.topK, this.queryLength, this.filterSize, this.dimensions, this.concurrentIngests,
				this.waitingIngests);
	}

	/**
	 * Changes the longest text.
	 * @param characters at least 1
	 * @return the changed limits
	 */
	public Limits withTextLength(int characters) {
		return new Limits(this.idLength, characters, this.metadataLength, this.metadataDepth, this.documentsPerCall,
				this.topK, this.queryLength, this.filterSize, this.dimensions, this.concurrentIngests,
				this.waitingIngests);
	}

	/**
	 * Changes the longest metadata.
	 * @param characters of JSON, at least 1
	 * @return the changed limits
	 */
	public Limits withMetadataLength(int characters) {
		return new Limits(this.idLength, this.textLength, characters, this.metadataDepth, this.documentsPerCall,
				this.topK, this.queryLength, this.filterSize, this.dimensions, this.concurrentIngests,
				this.waitingIngests);
	}

	/**
	 * Changes the deepest metadata.
	 * @param levels 1 to 32
	 * @return the changed limits
	 */
	public Limits withMetadataDepth(int levels) {
		return new Limits(this.idLength, this.textLength, this.metadataLength, levels, this.documentsPerCall, this.topK,
				this.queryLength, this.filterSize, this.dimensions, this.concurrentIngests, this.waitingIngests);
	}

	/**
	 * Changes the most documents per call.
	 * @param documents at least 1
	 * @return the changed limits
	 */
	public Limits withDocumentsPerCall(int documents) {
		return new Limits(this.idLength, this.textLength, this.metadataLength, this.metadataDepth, documents, this.topK,
				this.queryLength, this.filterSize, this.dimensions, this.concurrentIngests, this.waitingIngests);
	}

	/**
	 * Changes the most results of a search.
	 * @param results at least 1
	 * @return the changed limits
	 */
	public Limits withTopK(int results) {
		return new Limits(this.idLength, this.textLength, this.metadataLength, this.metadataDepth,
				this.documentsPerCall, results, this.queryLength, this.filterSize, this.dimensions,
				this.concurrentIngests, this.waitingIngests);
	}

	/**
	 * Changes the longest query.
	 * @param characters at least 1
	 * @return the changed limits
	 */
	public Limits withQueryLength(int characters) {
		return new Limits(this.idLength, this.textLength, this.metadataLength, this.metadataDepth,
				this.documentsPerCall, this.topK, characters, this.filterSize, this.dimensions, this.concurrentIngests,
				this.waitingIngests);
	}

	/**
	 * Changes the largest filter.
	 * @param values 1 to 10,000
	 * @return the changed limits
	 */
	public Limits withFilterSize(int values) {
		return new Limits(this.idLength, this.textLength, this.metadataLength, this.metadataDepth,
				this.documentsPerCall, this.topK, this.queryLength, values, this.dimensions, this.concurrentIngests,
				this.waitingIngests);
	}

	/**
	 * Changes the most components of an embedding.
	 * @param components 1 to 65,536
	 * @return the changed limits
	 */
	public Limits withDimensions(int components) {
		return new Limits(this.idLength, this.textLength, this.metadataLength, this.metadataDepth,
				this.documentsPerCall, this.topK, this.queryLength, this.filterSize, components, this.concurrentIngests,
				this.waitingIngests);
	}

	/**
	 * Changes the most calls that store documents at once.
	 * @param calls at least 1
	 * @return the changed limits
	 */
	public Limits withConcurrentIngests(int calls) {
		return new Limits(this.idLength, this.textLength, this.metadataLength, this.metadataDepth,
				this.documentsPerCall, this.topK, this.queryLength, this.filterSize, this.dimensions, calls,
				this.waitingIngests);
	}

	/**
	 * Changes the most calls that wait to store documents.
	 * @param calls 0 or more
	 * @return the changed limits
	 */
	public Limits withWaitingIngests(int calls) {
		return new Limits(this.idLength, this.textLength, this.metadataLength, this.metadataDepth,
				this.documentsPerCall, this.topK, this.queryLength, this.filterSize, this.dimensions,
				this.concurrentIngests, calls);
	}

}
