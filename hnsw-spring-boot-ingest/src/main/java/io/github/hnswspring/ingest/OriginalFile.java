package io.github.hnswspring.ingest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.hnswspring.ingest.reading.DocumentFormat;

/**
 * The file that a document was read from, as it is now, for those who want to see a
 * passage in its place. It is found by the document's id; no path is ever taken from a
 * client. Thread-safe: immutable.
 */
public final class OriginalFile {

	private final SourceFile file;

	OriginalFile(SourceFile file) {
		this.file = file;
	}

	/**
	 * What people call it.
	 * @return its name, without folders
	 */
	public String name() {
		String source = this.file.source();
		return source.substring(source.lastIndexOf('/') + 1);
	}

	/**
	 * What kind of file it is.
	 * @return the format
	 */
	public DocumentFormat format() {
		return this.file.format();
	}

	/**
	 * Writes its bytes as they are.
	 * @param out where to; not closed
	 * @throws IOException when it cannot be read or written
	 */
	public void writeTo(OutputStream out) throws IOException {
		Path path = this.file.path();
		Files.copy(path, out);
	}

}
