package io.github.hnswspring.ingest;

import java.nio.file.Path;
import java.text.Normalizer;

import io.github.hnswspring.ingest.reading.DocumentFormat;

/**
 * A file that may be ingested.
 *
 * @param id identifies the document everywhere; a hash of source and place, so it is safe
 * in addresses and file names
 * @param source what people call it
 * @param origin what the source is called that it is below
 * @param place where it lies below that, with slashes
 * @param format how it is read
 * @param path where its bytes are
 */
record SourceFile(String id, String source, String origin, String place, DocumentFormat format, Path path) {

	/**
	 * One of two ways to write an umlaut counts as the other: file systems differ in
	 * which of them they give back.
	 */
	static SourceFile of(IngestSource from, String label, String place, DocumentFormat format, Path path) {
		String composed = Normalizer.normalize(place, Normalizer.Form.NFC);
		boolean whole = from.owned() || label.equals(".");
		String source = whole ? composed : (composed.isEmpty() ? label : label + "/" + composed);
		return new SourceFile(documentId(from.name(), composed), source, label, composed, format, path);
	}

	static String documentId(String origin, String place) {
		return new Fingerprint().add(origin).add(place).value();
	}

}
