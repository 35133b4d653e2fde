package io.github.hnswspring.ingest.reading;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import io.github.hnswspring.ingest.reading.IsolatedProtocol.Request;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;

/**
 * The program {@link IsolatedReader} starts: reads one file after another, as it is told
 * on standard input, and writes what it found to standard output. It ends when its input
 * does, even in the middle of a file, and so with the application however that ends.
 */
public final class IsolatedMain {

	private IsolatedMain() {
	}

	/**
	 * Reads files until standard input ends.
	 * @param args none
	 * @throws Exception when standard output fails
	 */
	public static void main(String[] args) throws Exception {
		InputStream standardInput = System.in;
		PrintStream standardOutput = System.out;
		// Whatever a parser prints or asks for must not mix with requests and results.
		System.setIn(InputStream.nullInputStream());
		System.setOut(System.err);
		BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
		Thread input = new Thread(() -> take(standardInput, requests), "requests");
		input.setDaemon(true);
		input.start();
		try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(standardOutput))) {
			IsolatedProtocol.writeStarted(out);
			while (true) {
				answer(requests.take(), out);
			}
		}
	}

	private static void take(InputStream standardInput, BlockingQueue<Request> requests) {
		try (DataInputStream in = new DataInputStream(new BufferedInputStream(standardInput))) {
			while (true) {
				requests.add(IsolatedProtocol.readRequest(in));
			}
		}
		catch (IOException ex) {
			String unpacked = System.getProperty(UnpackedLibraries.PROPERTY);
			if (unpacked != null) {
				UnpackedLibraries.delete(Path.of(unpacked));
			}
			Runtime.getRuntime().halt(0);
		}
	}

	private static void answer(Request request, DataOutputStream out) throws IOException {
		prepare(request.format());
		IsolatedProtocol.writePrepared(out);
		try {
			Reading reading = read(request.format(), Path.of(request.file()), request.maxCharacters());
			IsolatedProtocol.write(out, DocumentReaders.checked(request.format(), reading, request.maxCharacters()));
		}
		catch (UnreadableDocumentException ex) {
			IsolatedProtocol.write(out, ex);
		}
		catch (StackOverflowError ex) {
			IsolatedProtocol.write(out,
					new UnreadableDocumentException(Reason.TOO_LARGE, "The document is nested too deeply to be read"));
		}
		catch (IOException ex) {
			IsolatedProtocol.write(out,
					new UnreadableDocumentException(Reason.NO_TEXT, "The file cannot be read, or is damaged"));
		}
		catch (RuntimeException | LinkageError ex) {
			IsolatedProtocol.write(out, new UnreadableDocumentException(Reason.NO_TEXT,
					"The document is damaged: reading it failed with " + ex.getClass().getSimpleName()));
		}
		out.flush();
	}

	/** What takes long to start is not the file's doing, and must not use up its time. */
	private static void prepare(DocumentFormat format) {
		if (format == DocumentFormat.ASCIIDOC) {
			AsciiDocReader.asciidoctor();
		}
	}

	private static Reading read(DocumentFormat format, Path file, int maxCharacters) throws IOException {
		if (format == DocumentFormat.PDF) {
			return PdfReader.read(file, maxCharacters);
		}
		if (format == DocumentFormat.OFFICE) {
			return OfficeReader.read(file, maxCharacters);
		}
		LeftOuts leftOut = new LeftOuts();
		byte[] bytes = Files.readAllBytes(file);
		if (format == DocumentFormat.HTML) {
			String page = TextDecoder.decodePage(bytes, leftOut);
			boolean xml = file.toString().toLowerCase(Locale.ROOT).endsWith(".xhtml");
			return HtmlReader.read(xml ? XhtmlSource.toHtml(page) : page, leftOut, null);
		}
		String text = TextDecoder.decode(bytes, leftOut);
		// Before it is parsed: 20 MB of line ends would become a gigabyte of objects.
		if (text.length() > maxCharacters) {
			throw DocumentReaders.tooLong(maxCharacters);
		}
		return switch (format) {
			case ASCIIDOC -> AsciiDocReader.read(text, leftOut);
			case CSV -> CsvReader.read(text, leftOut);
			case TEXT -> PlainTextReader.read(text, leftOut);
			default -> MarkdownReader.read(text, leftOut);
		};
	}

}
