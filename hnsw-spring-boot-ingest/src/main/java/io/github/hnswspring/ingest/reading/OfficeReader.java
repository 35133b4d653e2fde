package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.exception.WriteLimitReachedException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.epub.EpubParser;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.apache.tika.parser.microsoft.OfficeParserConfig;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.parser.microsoft.rtf.RTFParser;
import org.apache.tika.parser.odf.OpenDocumentParser;
import org.apache.tika.sax.ToXMLContentHandler;
import org.apache.tika.sax.WriteOutContentHandler;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Reads the formats of office programs by Apache Tika, if the application has it. Used
 * only inside {@link IsolatedMain}. What is embedded in a document is not opened.
 */
final class OfficeReader {

	private static final int MAGIC_BYTES = 8;

	/** Markup is longer than the text in it. */
	private static final int MARKUP_FACTOR = 10;

	private OfficeReader() {
	}

	static Reading read(Path file, int maxCharacters) throws IOException {
		LeftOuts leftOut = new LeftOuts();
		Metadata metadata = new Metadata();
		ToXMLContentHandler xhtml = new ToXMLContentHandler();
		ContentHandler limited = new WriteOutContentHandler(xhtml,
				(int) Math.min((long) maxCharacters * MARKUP_FACTOR, Integer.MAX_VALUE));
		ParseContext context = new ParseContext();
		context.set(EmbeddedDocumentExtractor.class, new NothingEmbedded(leftOut));
		context.set(OfficeParserConfig.class, new OfficeParserConfig());
		try {
			parse(file, limited, metadata, context);
		}
		catch (EncryptedDocumentException ex) {
			throw new UnreadableDocumentException(Reason.NO_TEXT,
					"The document is protected by a password; save it without one");
		}
		catch (SAXException | TikaException ex) {
			if (WriteLimitReachedException.isWriteLimitReached(ex)) {
				throw DocumentReaders.tooLong(maxCharacters);
			}
			throw new UnreadableDocumentException(Reason.NO_TEXT, "The document is damaged and cannot be read");
		}
		return HtmlReader.read(WordParser.withMarkup(xhtml.toString()), leftOut,
				metadata.get(TikaCoreProperties.TITLE));
	}

	private static void parse(Path file, ContentHandler handler, Metadata metadata, ParseContext context)
			throws IOException, SAXException, TikaException {
		Parser parser = parser(file);
		if (parser instanceof OOXMLParser && WordParser.canRead(file)) {
			WordParser.parse(file, handler, metadata, context);
			return;
		}
		try (TikaInputStream in = TikaInputStream.get(file)) {
			parser.parse(in, handler, metadata, context);
		}
	}

	private static Parser parser(Path file) throws IOException {
		byte[] magic;
		try (InputStream in = Files.newInputStream(file)) {
			magic = in.readNBytes(MAGIC_BYTES);
		}
		String begin = new String(magic, StandardCharsets.ISO_8859_1);
		if (begin.startsWith("{\\rtf")) {
			return new RTFParser();
		}
		if (begin.startsWith("\u00D0\u00CF\u0011\u00E0")) {
			return new OfficeParser();
		}
		if (begin.startsWith("PK")) {
			return switch (ZipContent.of(file)) {
				case OPEN_XML -> new OOXMLParser();
				case OPEN_DOCUMENT -> new OpenDocumentParser();
				case BOOK -> new EpubParser();
				case OTHER -> throw otherFormat();
			};
		}
		throw otherFormat();
	}

	private static UnreadableDocumentException otherFormat() {
		return new UnreadableDocumentException(Reason.UNSUPPORTED,
				"The file is named like an office document but is none; give its name the ending of what it is");
	}

	/** Embedded files may be archives of archives. */
	private record NothingEmbedded(LeftOuts leftOut) implements EmbeddedDocumentExtractor {

		@Override
		public boolean shouldParseEmbedded(Metadata metadata) {
			String name = metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY);
			this.leftOut.add("embedded file or picture", "what a document embeds is not opened",
					(name != null) ? name : "");
			return false;
		}

		@Override
		public void parseEmbedded(InputStream stream, ContentHandler handler, Metadata metadata, boolean outputHtml) {
			throw new IllegalStateException("Embedded documents are not parsed");
		}

	}

}
