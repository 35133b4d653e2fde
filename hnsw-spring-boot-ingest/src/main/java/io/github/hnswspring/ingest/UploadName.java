package io.github.hnswspring.ingest;

import java.util.regex.Pattern;

import io.github.hnswspring.ingest.reading.DocumentFormat;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;

/**
 * What an upload may be called. The name is only ever shown, never used as a path; one
 * that looks like a path is refused all the same, since its sender meant something by it.
 */
final class UploadName {

	private static final int MAX_LENGTH = 200;

	private static final Pattern FORBIDDEN = Pattern.compile("[/\\\\:\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

	private UploadName() {
	}

	static DocumentFormat check(String name) {
		if (name.isBlank() || name.length() > MAX_LENGTH || name.startsWith(".") || FORBIDDEN.matcher(name).find()) {
			throw new IllegalArgumentException("The file name must have 1 to " + MAX_LENGTH
					+ " characters, no path, no control characters, and not begin with a dot");
		}
		return DocumentFormat.ofFileName(name)
			.orElseThrow(() -> new UnreadableDocumentException(Reason.UNSUPPORTED,
					"Files of this kind are not read; accepted are " + DocumentFormat.allExtensions()));
	}

}
