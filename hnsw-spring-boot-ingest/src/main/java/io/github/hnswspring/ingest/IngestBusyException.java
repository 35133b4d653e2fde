package io.github.hnswspring.ingest;

/**
 * An upload is refused because too many are under way. Nothing of it was kept; sending it
 * again later helps.
 */
public final class IngestBusyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final boolean senderMayWait;

	IngestBusyException(boolean senderMayWait, String message) {
		super(message);
		this.senderMayWait = senderMayWait;
	}

	/**
	 * Which of the two limits was reached.
	 * @return whether too many are being sent now, rather than too many waiting
	 */
	public boolean tooManyAtOnce() {
		return this.senderMayWait;
	}

}
