package io.github.hnswspring.ingest;

import java.nio.file.Path;

import io.github.hnswspring.ingest.reading.DocumentFormat;

/**
 * A file that may be ingested.
 *
 * @param id identifies the document everywhere; a hash of origin and source, so it is
 * safe in addresses and file names
 * @param source what people call it: a path relative to its folder, or an upload's name
 * @param origin where it comes from
 * @param format how it is read
 * @param path where its bytes are
 */
record SourceFile(String id, String source, Origin origin, DocumentFormat format, Path path) {

	static SourceFile of(Origin origin, String source, DocumentFormat format, Path path) {
		return new SourceFile(documentId(origin, source), source, origin, format, path);
	}

	static String documentId(Origin origin, String source) {
		return new Fingerprint().add(origin.name()).add(source).value();
	}

}
