package io.github.hnswspring.ingest;

/**
 * Something happened to a document, or to the round over all of them. Published as an
 * application event, from the thread that did it.
 */
public sealed interface IngestEvent {

	/**
	 * A document has got on, or failed.
	 *
	 * @param document as it is now
	 */
	record Changed(DocumentInfo document) implements IngestEvent {
	}

	/**
	 * A document is gone.
	 *
	 * @param id which one
	 */
	record Removed(String id) implements IngestEvent {
	}

	/**
	 * A round over all sources has begun, got on or ended.
	 *
	 * @param progress how far it is
	 */
	record Scan(ScanProgress progress) implements IngestEvent {
	}

	/**
	 * A round over all sources has ended.
	 *
	 * @param summary what it did
	 */
	record RoundEnded(RoundSummary summary) implements IngestEvent {
	}

}
