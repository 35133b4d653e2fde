package io.github.hnswspring.ingest;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.regex.Pattern;

import io.github.hnswspring.ingest.reading.DocumentFormat;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;

/**
 * What a file that is put into a folder may be called: by a name that every file system
 * takes, and that cannot be taken for a path.
 */
final class FileName {

	private static final int MAX_CHARACTERS = 200;

	/** File systems count bytes. */
	private static final int MAX_BYTES = 240;

	private static final Pattern FORBIDDEN = Pattern.compile("[/\\\\:*?\"<>|\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]|[ .]$");

	private static final Pattern DEVICE = Pattern.compile("(?i)(con|prn|aux|nul|com\\d|lpt\\d)\\..*");

	private FileName() {
	}

	/**
	 * Checks a name.
	 * @param name what the sender calls the file
	 * @return the name to store it by
	 * @throws IllegalArgumentException when it cannot be a file's name
	 */
	static String check(String name) {
		String composed = Normalizer.normalize(name, Normalizer.Form.NFC);
		if (composed.isBlank() || composed.length() > MAX_CHARACTERS
				|| composed.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES || composed.startsWith(".")
				|| FORBIDDEN.matcher(composed).find() || DEVICE.matcher(composed).matches()) {
			throw new IllegalArgumentException("The file name must have 1 to " + MAX_CHARACTERS
					+ " characters, none of / \\ : * ? \" < > | and no control characters, and not begin with a dot");
		}
		return composed;
	}

	static DocumentFormat format(String name) {
		return DocumentFormat.ofFileName(name)
			.orElseThrow(() -> new UnreadableDocumentException(Reason.UNSUPPORTED,
					"Files of this kind are not read; accepted are " + DocumentFormat.allExtensions()));
	}

}
