package io.github.hnswspring.ingest.reading;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The formats that are accepted, by file name extension. Whether the content keeps the
 * promise of the name is found out when it is read.
 */
public enum DocumentFormat {

	MARKDOWN(false, "md", "markdown"), ASCIIDOC(false, "adoc", "asciidoc"), TEXT(false, "txt", "text"),
	HTML(true, "html", "htm"), PDF(true, "pdf");

	private final boolean isolated;

	private final List<String> extensions;

	DocumentFormat(boolean isolated, String... extensions) {
		this.isolated = isolated;
		this.extensions = List.of(extensions);
	}

	/** Whether its parser is large enough to be kept out of this JVM. */
	public boolean isolated() {
		return this.isolated;
	}

	/** The extension under which this application stores such a file, without a dot. */
	public String extension() {
		return this.extensions.get(0);
	}

	public static Optional<DocumentFormat> ofFileName(String name) {
		int dot = name.lastIndexOf('.');
		String extension = (dot < 0) ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
		return Arrays.stream(values()).filter((format) -> format.extensions.contains(extension)).findFirst();
	}

	/** For messages and file choosers: {@code .md, .markdown, .adoc, ...}. */
	public static String allExtensions() {
		return Arrays.stream(values())
			.flatMap((format) -> format.extensions.stream())
			.map((extension) -> "." + extension)
			.collect(Collectors.joining(", "));
	}

}
