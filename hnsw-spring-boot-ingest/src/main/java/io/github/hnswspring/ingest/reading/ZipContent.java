package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;

/** What the archive of an office document holds, by its first entries. */
enum ZipContent {

	OPEN_XML, OPEN_DOCUMENT, BOOK, OTHER;

	private static final int MAX_TYPE = 200;

	/** So much may unpack to this many times its size, and no document needs more. */
	private static final long MAX_UNPACKED = 500L << 20;

	private static final int MAX_ENTRIES = 20_000;

	static ZipContent of(Path file) throws IOException {
		try (ZipFile zip = new ZipFile(file.toFile())) {
			requireSensibleSize(zip);
			if (zip.getEntry("[Content_Types].xml") != null) {
				return OPEN_XML;
			}
			ZipEntry type = zip.getEntry("mimetype");
			if (type == null) {
				return OTHER;
			}
			try (InputStream in = zip.getInputStream(type)) {
				String name = new String(in.readNBytes(MAX_TYPE), StandardCharsets.US_ASCII).strip();
				return name.startsWith("application/vnd.oasis.opendocument") ? OPEN_DOCUMENT
						: name.equals("application/epub+zip") ? BOOK : OTHER;
			}
		}
		catch (ZipException ex) {
			throw new UnreadableDocumentException(Reason.NO_TEXT, "The document is damaged and cannot be read");
		}
	}

	private static void requireSensibleSize(ZipFile zip) {
		long unpacked = 0;
		if (zip.size() > MAX_ENTRIES) {
			throw new UnreadableDocumentException(Reason.TOO_LARGE, "The document consists of " + zip.size()
					+ " parts; at most " + MAX_ENTRIES + " are opened. Split it");
		}
		for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements();) {
			unpacked += Math.max(0, entries.nextElement().getSize());
		}
		if (unpacked > MAX_UNPACKED) {
			throw new UnreadableDocumentException(Reason.TOO_LARGE, "The document unpacks to " + (unpacked >> 20)
					+ " MB; at most " + (MAX_UNPACKED >> 20) + " MB are read. Split it, or leave pictures out");
		}
	}

}
