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

	/** CommonMark, with tables, HTML and front matter. */
	MARKDOWN("md", "markdown", "mkd", "mdown"),

	/** As Asciidoctor reads it. */
	ASCIIDOC("adoc", "asciidoc", "asc"),

	/** Plain text in any charset. */
	TEXT("txt", "text"),

	/** Rows of values. */
	CSV("csv", "tsv"),

	/** Pages as browsers read them. */
	HTML("html", "htm", "xhtml"),

	/** The text layer. */
	PDF("pdf"),

	/** Word, PowerPoint, Excel, OpenDocument, RTF and EPUB, where Apache Tika is. */
	OFFICE("docx", "doc", "pptx", "ppt", "xlsx", "xls", "odt", "ods", "odp", "rtf", "epub");

	private static final boolean OFFICE_PRESENT = isPresent("org.apache.tika.parser.microsoft.OfficeParser")
			&& isPresent("org.apache.tika.parser.odf.OpenDocumentParser");

	private final List<String> extensions;

	DocumentFormat(String... extensions) {
		this.extensions = List.of(extensions);
	}

	/** Whether the libraries that read it are on the class path. */
	public boolean available() {
		return this != OFFICE || OFFICE_PRESENT;
	}

	/** The extension under which this application stores such a file, without a dot. */
	public String extension() {
		return this.extensions.get(0);
	}

	/** The format of a file with this name, whether or not it is available. */
	public static Optional<DocumentFormat> ofFileName(String name) {
		int dot = name.lastIndexOf('.');
		String extension = (dot < 0) ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
		return Arrays.stream(values()).filter((format) -> format.extensions.contains(extension)).findFirst();
	}

	/** For messages and file choosers: {@code .md, .markdown, .adoc, ...}. */
	public static String allExtensions() {
		return Arrays.stream(values())
			.filter(DocumentFormat::available)
			.flatMap((format) -> format.extensions.stream())
			.map((extension) -> "." + extension)
			.collect(Collectors.joining(", "));
	}

	private static boolean isPresent(String type) {
		try {
			Class.forName(type, false, DocumentFormat.class.getClassLoader());
			return true;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return false;
		}
	}

}
