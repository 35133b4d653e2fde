package io.github.hnswspring.ingest;

import org.jspecify.annotations.Nullable;

/**
 * What became of one file.
 *
 * @param kind what was done
 * @param passages how many passages it has now, if it is new or changed
 * @param embedded how many texts were sent to the embedding model
 * @param reused how many passages were stored with an embedding that was known
 * @param characters how many characters of text were read
 * @param reason why it failed or waits, fit for the log; {@code null} unless it does
 */
record Outcome(Kind kind, long passages, long embedded, long reused, long characters, @Nullable String reason) {

	enum Kind {

		/** Was not stored before. */
		ADDED,
		/** Was stored otherwise before. */
		CHANGED,
		/** Is stored as it is. */
		UNCHANGED,
		/** Was deleted, and is left out until it changes. */
		EXCLUDED,
		/** Cannot be ingested as it is. */
		FAILED,
		/** The file could not be read at this moment; to be tried again. */
		WAITING,
		/** The store or the embedding model failed; to be tried again. */
		DOWN,
		/** Ingestion was stopped, or the document was deleted meanwhile. */
		STOPPED

	}

	static Outcome of(Kind kind) {
		return new Outcome(kind, 0, 0, 0, 0, null);
	}

	static Outcome of(Kind kind, String reason) {
		return new Outcome(kind, 0, 0, 0, 0, reason);
	}

	/** Whether the same file would have the same outcome again. */
	boolean isFinal() {
		return this.kind != Kind.STOPPED && !isToBeTriedAgain();
	}

	boolean isToBeTriedAgain() {
		return this.kind == Kind.WAITING || this.kind == Kind.DOWN;
	}

}
