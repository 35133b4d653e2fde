package io.github.hnswspring.ingest;

/**
 * By what a changed file is noticed without reading it.
 *
 * @param size its bytes
 * @param modified when it was written, in milliseconds
 */
record Stamp(long size, long modified) {

	/** File systems are not exact about the time; a change so soon might not show. */
	private static final long UNCERTAIN_MILLIS = 2_000;

	/** Whether another change would show, if it came after this moment. */
	boolean isCertain(long now) {
		return now - this.modified > UNCERTAIN_MILLIS || this.modified > now;
	}

}
