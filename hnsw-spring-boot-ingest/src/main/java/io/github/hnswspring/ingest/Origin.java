package io.github.hnswspring.ingest;

/** Where a document comes from. */
public enum Origin {

	/** Found below one of the configured sources; follows the file there. */
	FOLDER,
	/** Uploaded; kept in the data directory until it is deleted. */
	UPLOAD

}
