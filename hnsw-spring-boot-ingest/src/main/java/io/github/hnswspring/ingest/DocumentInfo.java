package io.github.hnswspring.ingest;

import io.github.hnswspring.ingest.reading.ReadingReport;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one document.
 *
 * @param id its identifier
 * @param source what people call it
 * @param origin what the {@link IngestSource} is called that it comes from
 * @param path where its file lies below that, with slashes; empty if the source is a file
 * @param state how far it is
 * @param chunks how many chunks it has, or 0 while that is unknown
 * @param done how many of them are in the store
 * @param message why it failed, for people; {@code null} unless it did
 * @param report what was read of it; {@code null} as long as nothing was
 */
public record DocumentInfo(String id, String source, String origin, String path, State state, int chunks, int done,
		@Nullable String message, @Nullable ReadingReport report) {

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

	DocumentInfo ingesting(int newChunks, int newDone, ReadingReport newReport) {
		return new DocumentInfo(this.id, this.source, this.origin, this.path, State.INGESTING, newChunks, newDone, null,
				newReport);
	}

	DocumentInfo ready(int newChunks) {
		return new DocumentInfo(this.id, this.source, this.origin, this.path, State.READY, newChunks, newChunks, null,
				this.report);
	}

	DocumentInfo incomplete(int left) {
		return new DocumentInfo(this.id, this.source, this.origin, this.path, State.QUEUED, this.chunks, left, null,
				this.report);
	}

	DocumentInfo failed(String why) {
		return new DocumentInfo(this.id, this.source, this.origin, this.path, State.FAILED, this.chunks, this.done, why,
				this.report);
	}

	static DocumentInfo queued(SourceFile file) {
		return new DocumentInfo(file.id(), file.source(), file.origin(), file.place(), State.QUEUED, 0, 0, null, null);
	}

}
