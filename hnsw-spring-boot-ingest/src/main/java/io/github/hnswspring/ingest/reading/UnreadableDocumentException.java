package io.github.hnswspring.ingest.reading;

/**
 * A document cannot be ingested, and why, in words for the person who offered it.
 */
public final class UnreadableDocumentException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** What is wrong, as far as the sender can do something about it. */
	public enum Reason {

		/** The format is not accepted, or the content is not what the name says. */
		UNSUPPORTED,
		/** The format is right but there is no text in it, or it is damaged. */
		NO_TEXT,
		/** Too large, too long, or too expensive to read. */
		TOO_LARGE

	}

	private final Reason reason;

	public UnreadableDocumentException(Reason reason, String message) {
		super(message);
		this.reason = reason;
	}

	/**
	 * A file that has more bytes than are read.
	 * @param most how many are
	 * @return the exception to throw
	 */
	public static UnreadableDocumentException fileTooLarge(long most) {
		return new UnreadableDocumentException(Reason.TOO_LARGE, "The file has more than " + most
				+ " bytes, which are the most that are read (hnsw.ingest.max-file-size)");
	}

	public Reason reason() {
		return this.reason;
	}

}
