package io.github.hnswspring.ingest.reading;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.ingest.reading.Block.Kind;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;

/**
 * What an application and the JVM that reads for it tell each other.
 *
 * <pre>
 * input   := (format:string file:string maxCharacters:int)*
 * output  := STARTED (PREPARED result)*
 * result  := 0 title:string leftOut:int (what:string why:string)* section* -1
 *          | 1 reason:string message:string
 * section := shared:int headings:int string* blocks:int block* page:int
 * block   := kind:byte string
 * string  := bytes:int UTF-8
 * </pre>
 *
 * Of the headings of a section, {@code shared} are those of the section before, from the
 * outermost on, and only the others are passed on.
 */
final class IsolatedProtocol {

	/** Says that the program runs: what fails afterwards is the file's doing. */
	private static final int STARTED = 0x52454144;

	/** Says that the parser runs: time for the file begins. */
	private static final int PREPARED = 0x46494C45;

	private static final int READING = 0;

	private static final int UNREADABLE = 1;

	private static final int END = -1;

	private static final Kind[] KINDS = Kind.values();

	private static final int MAX_ENTRIES = 1_000_000;

	/** What each section, block and heading takes beside its characters, with room. */
	private static final int BYTES_PER_ENTRY = 16;

	/** The title and what was left out, which have limits of their own. */
	private static final int BYTES_OF_REPORT = 4_000_000;

	private static final int MAX_REQUEST = 100_000;

	/**
	 * A file to read.
	 *
	 * @param format what it is
	 * @param file where it is
	 * @param maxCharacters how much text it may have
	 */
	record Request(DocumentFormat format, String file, int maxCharacters) {
	}

	private IsolatedProtocol() {
	}

	static void write(DataOutputStream out, Request request) throws IOException {
		writeString(out, request.format().name());
		writeString(out, request.file());
		out.writeInt(request.maxCharacters());
		out.flush();
	}

	static Request readRequest(DataInputStream in) throws IOException {
		return new Request(DocumentFormat.valueOf(readString(in, MAX_REQUEST)), readString(in, MAX_REQUEST),
				in.readInt());
	}

	static void writeStarted(DataOutputStream out) throws IOException {
		out.writeInt(STARTED);
		out.flush();
	}

	static void writePrepared(DataOutputStream out) throws IOException {
		out.writeInt(PREPARED);
		out.flush();
	}

	static void awaitStarted(DataInputStream in) throws IOException {
		await(in, STARTED);
	}

	static void awaitPrepared(DataInputStream in) throws IOException {
		await(in, PREPARED);
	}

	private static void await(DataInputStream in, int sign) throws IOException {
		if (in.readInt() != sign) {
			throw new IOException("Not the output of " + IsolatedMain.class.getName());
		}
	}

	static void write(DataOutputStream out, UnreadableDocumentException ex) throws IOException {
		out.writeInt(UNREADABLE);
		writeString(out, ex.reason().name());
		writeString(out, String.valueOf(ex.getMessage()));
	}

	static void write(DataOutputStream out, Reading reading) throws IOException {
		out.writeInt(READING);
		String title = reading.report().title();
		writeString(out, (title != null) ? title : "");
		out.writeInt(reading.report().leftOut().size());
		for (LeftOut leftOut : reading.report().leftOut()) {
			writeString(out, leftOut.what());
			writeString(out, leftOut.why());
		}
		List<String> former = List.of();
		for (Section section : reading.sections()) {
			List<String> path = section.headings();
			int shared = Readings.shared(former, path);
			former = path;
			out.writeInt(shared);
			out.writeInt(path.size() - shared);
			for (String heading : path.subList(shared, path.size())) {
				writeString(out, heading);
			}
			out.writeInt(section.blocks().size());
			for (Block block : section.blocks()) {
				out.writeByte(block.kind().ordinal());
				writeString(out, block.text());
			}
			out.writeInt(section.page());
		}
		out.writeInt(END);
	}

	/**
	 * How many bytes a result may have: no block is blank, so there are not more of them
	 * than characters, and what has more headings or sections is refused before it is
	 * written.
	 * @param maxCharacters how much text a document may have
	 * @return the bytes
	 */
	static long maxResult(int maxCharacters) {
		return maxCharacters * (long) BYTES_PER_ENTRY + DocumentReaders.MAX_SECTIONS * (long) BYTES_PER_ENTRY * 8
				+ BYTES_OF_REPORT;
	}

	/**
	 * Reads a result.
	 * @param in what the program wrote; not trusted
	 * @param maxBytes how long one string may be
	 * @return what the program read
	 * @throws IOException when the output is cut off or malformed
	 * @throws UnreadableDocumentException when the program found the file unreadable
	 */
	static Reading readResult(DataInputStream in, long maxBytes) throws IOException {
		if (in.readInt() != READING) {
			Reason reason = Reason.valueOf(readString(in, maxBytes));
			throw new UnreadableDocumentException(reason, readString(in, maxBytes));
		}
		String title = readString(in, maxBytes);
		List<LeftOut> leftOut = new ArrayList<>();
		for (int left = entries(in.readInt()); left > 0; left--) {
			leftOut.add(new LeftOut(readString(in, maxBytes), readString(in, maxBytes)));
		}
		List<Section> sections = new ArrayList<>();
		List<String> path = List.of();
		for (int shared = in.readInt(); shared != END; shared = in.readInt()) {
			if (shared < 0 || shared > path.size()) {
				throw new IOException("Malformed result: " + shared + " of " + path.size() + " headings");
			}
			path = new ArrayList<>(path.subList(0, shared));
			for (int left = entries(in.readInt()); left > 0; left--) {
				path.add(readString(in, maxBytes));
			}
			sections.add(new Section(path, readBlocks(in, maxBytes), in.readInt()));
		}
		return new Reading(sections, new ReadingReport(title.isEmpty() ? null : title, sections.size(),
				Readings.characters(sections), leftOut));
	}

	private static List<Block> readBlocks(DataInputStream in, long maxBytes) throws IOException {
		List<Block> blocks = new ArrayList<>();
		for (int left = entries(in.readInt()); left > 0; left--) {
			int kind = in.readByte();
			if (kind < 0 || kind >= KINDS.length) {
				throw new IOException("Malformed result: a block of kind " + kind);
			}
			blocks.add(new Block(KINDS[kind], readString(in, maxBytes)));
		}
		return blocks;
	}

	private static int entries(int count) throws IOException {
		if (count < 0 || count > MAX_ENTRIES) {
			throw new IOException("Malformed result: " + count + " entries");
		}
		return count;
	}

	private static void writeString(DataOutputStream out, String value) throws IOException {
		byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
		out.writeInt(bytes.length);
		out.write(bytes);
	}

	private static String readString(DataInputStream in, long maxBytes) throws IOException {
		int length = in.readInt();
		if (length < 0 || length > maxBytes) {
			throw new IOException("Malformed result: a string of " + length + " bytes");
		}
		byte[] bytes = in.readNBytes(length);
		if (bytes.length < length) {
			throw new IOException("Malformed result: cut off");
		}
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
