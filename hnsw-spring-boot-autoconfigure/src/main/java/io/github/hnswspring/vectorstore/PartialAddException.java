package io.github.hnswspring.vectorstore;

import java.util.List;

/**
 * Adding documents failed on the way, or for some of them: the cause says why. What is
 * stored stays so; once the cause is mended, the documents of {@link #unstoredIds()} can
 * simply be added again.
 */
public class PartialAddException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<String> storedIds;

	private final transient List<String> unstoredIds;

	/**
	 * Creates the exception.
	 * @param storedIds ids of documents that are stored now
	 * @param unstoredIds ids of documents that are not, or not in their new version
	 * @param cause what went wrong
	 */
	public PartialAddException(List<String> storedIds, List<String> unstoredIds, Throwable cause) {
		super("Adding " + (storedIds.size() + unstoredIds.size()) + " documents failed after " + storedIds.size()
				+ " were stored: " + sentence(StoreException.reason(cause)) + " Not stored are " + unstoredIds.size()
				+ ", first " + unstoredIds.stream().limit(5).toList()
				+ " (all in unstoredIds()); once the cause is mended, add these again.", cause);
		this.storedIds = List.copyOf(storedIds);
		this.unstoredIds = List.copyOf(unstoredIds);
	}

	private static String sentence(String message) {
		return message.endsWith(".") ? message : message + ".";
	}

	/**
	 * What is stored.
	 * @return ids of documents that are stored now
	 */
	public List<String> storedIds() {
		return this.storedIds;
	}

	/**
	 * What is not stored.
	 * @return ids of documents that are not, or not in their new version
	 */
	public List<String> unstoredIds() {
		return this.unstoredIds;
	}

}
