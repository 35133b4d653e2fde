package io.github.hnswspring.autoconfigure;

/**
 * Which metadata makes passages parts of a document. Confined to the thread that starts
 * the application.
 */
// The comments are at the fields, where configuration metadata takes them from.
@SuppressWarnings("doclint:missing")
public final class PassageProperties {

	/**
	 * Metadata key whose value all passages of one document share, for searches that
	 * group by documents. By default what Spring AI's text splitters write.
	 */
	private String documentKey = "parent_document_id";

	/**
	 * Metadata key whose number says where in its document a passage stands. By default
	 * what Spring AI's text splitters write.
	 */
	private String positionKey = "chunk_index";

	public String getDocumentKey() {
		return this.documentKey;
	}

	public void setDocumentKey(String documentKey) {
		this.documentKey = documentKey;
	}

	public String getPositionKey() {
		return this.positionKey;
	}

	public void setPositionKey(String positionKey) {
		this.positionKey = positionKey;
	}

}
