package io.github.hnswspring.replica;

/**
 * Why a replica looks at all that its truth has, instead of at what has changed.
 */
public enum ResyncReason {

	/** It has followed nothing yet. */
	FIRST("it is new"),

	/** The truth is another one, restored from a dump for example. */
	OTHER_TRUTH("the truth is another one than before, or was restored, or had no triggers for a while"),

	/** The server was started again, perhaps after a crash. */
	RESTARTED("the server was started again and may have lost what it had last committed"),

	/** The log of changes does not reach back to its position. */
	LOG_TRIMMED("the log of changes does not reach back to where it was"),

	/** The truth has another past than the one it followed. */
	OTHER_HISTORY("the truth was set back to an earlier state"),

	/** The truth was emptied at once. */
	TRUNCATED("the table was truncated"),

	/** It could not apply a change. */
	BROKEN("a change could not be applied to it");

	private final String text;

	ResyncReason(String text) {
		this.text = text;
	}

	/**
	 * The reason for the middle of a sentence.
	 * @return the text
	 */
	public String text() {
		return this.text;
	}

}
