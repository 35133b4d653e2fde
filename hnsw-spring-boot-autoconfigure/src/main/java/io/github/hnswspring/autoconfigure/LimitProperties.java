package io.github.hnswspring.autoconfigure;

/**
 * The largest inputs the store accepts. Confined to the thread that starts the
 * application.
 */
// The comments are at the fields, where configuration metadata takes them from.
@SuppressWarnings("doclint:missing")
public final class LimitProperties {

	/**
	 * Most characters in the id of a document.
	 */
	private int idLength = 512;

	/**
	 * Most characters in the text of a document.
	 */
	private int textLength = 1000000;

	/**
	 * Most characters in the metadata of a document, as JSON.
	 */
	private int metadataLength = 65536;

	/**
	 * Most documents in one call of add or replace.
	 */
	private int documentsPerCall = 100000;

	/**
	 * Most results of one search.
	 */
	private int topK = 10000;

	/**
	 * Most characters in a query.
	 */
	private int queryLength = 100000;

	/**
	 * Most maps and lists of metadata inside one another, 1 to 32.
	 */
	private int metadataDepth = 32;

	/**
	 * Most values a filter compares with, 1 to 10000. A comparison counts as one, an IN
	 * as many as it has values.
	 */
	private int filterSize = 10000;

	/**
	 * Most components of an embedding, 1 to 65536.
	 */
	private int dimensions = 65536;

	/**
	 * Most calls of add and replace at once; further ones wait.
	 */
	private int concurrentIngests = 64;

	/**
	 * Most calls of add and replace that wait; further ones are refused.
	 */
	private int waitingIngests = 1000;

	public int getIdLength() {
		return this.idLength;
	}

	public void setIdLength(int idLength) {
		this.idLength = idLength;
	}

	public int getTextLength() {
		return this.textLength;
	}

	public void setTextLength(int textLength) {
		this.textLength = textLength;
	}

	public int getMetadataLength() {
		return this.metadataLength;
	}

	public void setMetadataLength(int metadataLength) {
		this.metadataLength = metadataLength;
	}

	public int getDocumentsPerCall() {
		return this.documentsPerCall;
	}

	public void setDocumentsPerCall(int documentsPerCall) {
		this.documentsPerCall = documentsPerCall;
	}

	public int getTopK() {
		return this.topK;
	}

	public void setTopK(int topK) {
		this.topK = topK;
	}

	public int getQueryLength() {
		return this.queryLength;
	}

	public void setQueryLength(int queryLength) {
		this.queryLength = queryLength;
	}

	public int getMetadataDepth() {
		return this.metadataDepth;
	}

	public void setMetadataDepth(int metadataDepth) {
		this.metadataDepth = metadataDepth;
	}

	public int getFilterSize() {
		return this.filterSize;
	}

	public void setFilterSize(int filterSize) {
		this.filterSize = filterSize;
	}

	public int getDimensions() {
		return this.dimensions;
	}

	public void setDimensions(int dimensions) {
		this.dimensions = dimensions;
	}

	public int getConcurrentIngests() {
		return this.concurrentIngests;
	}

	public void setConcurrentIngests(int concurrentIngests) {
		this.concurrentIngests = concurrentIngests;
	}

	public int getWaitingIngests() {
		return this.waitingIngests;
	}

	public void setWaitingIngests(int waitingIngests) {
		this.waitingIngests = waitingIngests;
	}

}
