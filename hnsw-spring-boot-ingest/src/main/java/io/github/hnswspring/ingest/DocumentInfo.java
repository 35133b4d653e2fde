package io.github.hnswspring.ingest;

import org.jspecify.annotations.Nullable;

/**
 * What is known about one document.
 *
 * @param id its identifier
 * @param source what people call it
 * @param origin where it comes from
 * @param state how far it is
 * @param chunks how many chunks it has, or 0 while that is unknown
 * @param done how many of them are in the store
 * @param message why it failed, for people; {@code null} unless it did
 */
public record DocumentInfo(String id, String source, Origin origin, State state, int chunks, int done,
		@Nullable String message) {

	/** How far a document is. */
	public enum State {

		/** On disk, waiting for its turn. */
		QUEUED,
		/** Being read, cut and embedded. */
		INGESTING,
		/** All of it can be found. */
		READY,
		/** Cannot be ingested; what was there before is still there. */
		FAILED

	}

	DocumentInfo ingesting(int newChunks, int newDone) {
		return new DocumentInfo(this.id, this.source, this.origin, State.INGESTING, newChunks, newDone, null);
	}

	DocumentInfo ready(int newChunks) {
		return new DocumentInfo(this.id, this.source, this.origin, State.READY, newChunks, newChunks, null);
	}

	DocumentInfo failed(String why) {
		return new DocumentInfo(this.id, this.source, this.origin, State.FAILED, this.chunks, this.done, why);
	}

	static DocumentInfo queued(SourceFile file) {
		return new DocumentInfo(file.id(), file.source(), file.origin(), State.QUEUED, 0, 0, null);
	}

}
