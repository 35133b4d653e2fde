package io.github.hnswspring.vectorstore;

import java.time.Duration;

/**
 * How far something is that takes its time.
 *
 * @param kind what is being done
 * @param subject what to, if there may be several: a source or a directory, for example;
 * empty if it is the store as a whole
 * @param done documents that are done
 * @param total documents there are to do, as far as that is known; 0 if it is not
 * @param elapsed how long it has taken so far, in this process
 * @param ended whether it is over; after a failure less is done than there was to do
 * @param idle for how long nothing more has been done: more than a minute means that
 * something stands in the way, an embedding model that does not answer for example
 */
public record StoreProgress(Kind kind, String subject, long done, long total, Duration elapsed, boolean ended,
		Duration idle) {

	/**
	 * Something that has just got on.
	 * @param kind what is being done
	 * @param subject what to
	 * @param done documents that are done
	 * @param total documents there are to do
	 * @param elapsed how long it has taken so far
	 * @param ended whether it is over
	 */
	public StoreProgress(Kind kind, String subject, long done, long total, Duration elapsed, boolean ended) {
		this(kind, subject, done, total, elapsed, ended, Duration.ZERO);
	}

	/**
	 * The share that is done.
	 * @return 0 to 1; 0 if it is not known how much there is to do
	 */
	public double share() {
		return (this.total > 0) ? Math.min(1, (double) this.done / this.total) : 0;
	}

	/** What takes its time. */
	public enum Kind {

		/** Documents are added or replaced. */
		ADD,

		/** A source is synchronized. */
		SYNC,

		/** Documents are imported. */
		IMPORT,

		/** Documents are exported. */
		EXPORT,

		/** All documents are embedded anew, by another model. */
		MIGRATION,

		/** The index is built, in the background. */
		INDEX,

		/** The text index is built, in the background. */
		TEXT_INDEX

	}

}
