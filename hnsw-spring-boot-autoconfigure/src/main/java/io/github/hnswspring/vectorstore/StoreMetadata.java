package io.github.hnswspring.vectorstore;

/** Metadata keys of documents that mean something to the store. */
public final class StoreMetadata {

	/**
	 * When a document ends: an {@link java.time.Instant}, a {@link java.util.Date}, or
	 * whatever else filters read as a moment, such as a text in the form
	 * {@code 2026-12-31T12:00:00Z}. From then on nothing returns or counts it, and it is
	 * removed in the background. Not embedded unless the store is told to.
	 */
	public static final String EXPIRES_AT = "expiresAt";

	private StoreMetadata() {
	}

}
