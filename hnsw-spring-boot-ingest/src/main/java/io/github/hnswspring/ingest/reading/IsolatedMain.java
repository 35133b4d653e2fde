package io.github.hnswspring.ingest.reading;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.hnswspring.ingest.reading.Block.Kind;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;

/**
 * The program {@link IsolatedReader} starts: reads one file and writes its sections, or
 * why there are none, to standard output.
 *
 * <pre>
 * output  := STARTED result
 * result  := 0 section* -1 | 1 reason:string message:string
 * section := headings:int string* blocks:int block* page:int
 * block   := kind:byte string
 * string  := bytes:int UTF-8
 * </pre>
 */
public final class IsolatedMain {

	/** Says that this program runs: what fails afterwards is the file's doing. */
	private static final int STARTED = 0x52454144;

	private static final int SECTIONS = 0;

	private static final int UNREADABLE = 1;

	private static final int END = -1;

	private static final Kind[] KINDS = Kind.values();

	private static final int MAX_ENTRIES = 1_000_000;

	private IsolatedMain() {
	}

	/**
	 * Reads a file.
	 * @param args the format's name, the file, and the most characters it may hold
	 * @throws IOException when the file or standard output fails
	 */
	public static void main(String[] args) throws IOException {
		PrintStream standardOutput = System.out;
		// Whatever a parser prints must not mix with the result.
		System.setOut(System.err);
		try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(standardOutput))) {
			out.writeInt(STARTED);
			out.flush();
			try {
				write(out, read(DocumentFormat.valueOf(args[0]), Path.of(args[1]), Integer.parseInt(args[2])));
			}
			catch (UnreadableDocumentException ex) {
				out.writeInt(UNREADABLE);
				writeString(out, ex.reason().name());
				writeString(out, String.valueOf(ex.getMessage()));
			}
		}
	}

	private static List<Section> read(DocumentFormat format, Path file, int maxCharacters) throws IOException {
		if (format == DocumentFormat.PDF) {
			return PdfReader.read(file, maxCharacters);
		}
		return HtmlReader.read(TextDecoder.decode(Files.readAllBytes(file)));
	}

	private static void write(DataOutputStream out, List<Section> sections) throws IOException {
		out.writeInt(SECTIONS);
		for (Section section : sections) {
			writeStrings(out, section.headings());
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
	 * Waits for the first sign of life.
	 * @param in what the program writes
	 * @throws IOException when it ended, or says something else
	 */
	static void awaitStart(DataInputStream in) throws IOException {
		if (in.readInt() != STARTED) {
			throw new IOException("Not the output of " + IsolatedMain.class.getName());
		}
	}

	/**
	 * The other side of {@link #main}.
	 * @param in what the program wrote; not trusted
	 * @param maxBytes how long one string may be
	 * @return the sections
	 * @throws IOException when the output is cut off or malformed
	 * @throws UnreadableDocumentException when the program found the file unreadable
	 */
	static List<Section> parse(DataInputStream in, int maxBytes) throws IOException {
		if (in.readInt() != SECTIONS) {
			Reason reason = Reason.valueOf(readString(in, maxBytes));
			throw new UnreadableDocumentException(reason, readString(in, maxBytes));
		}
		List<Section> sections = new ArrayList<>();
		for (int headings = in.readInt(); headings != END; headings = in.readInt()) {
			sections.add(new Section(readStrings(in, headings, maxBytes), readBlocks(in, maxBytes), in.readInt()));
		}
		return sections;
	}

	private static List<Block> readBlocks(DataInputStream in, int maxBytes) throws IOException {
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

	private static void writeStrings(DataOutputStream out, List<String> values) throws IOException {
		out.writeInt(values.size());
		for (String value : values) {
			writeString(out, value);
		}
	}

	private static List<String> readStrings(DataInputStream in, int count, int maxBytes) throws IOException {
		List<String> values = new ArrayList<>();
		for (int left = entries(count); left > 0; left--) {
			values.add(readString(in, maxBytes));
		}
		return values;
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

	private static String readString(DataInputStream in, int maxBytes) throws IOException {
		int length = in.readInt();
		if (length < 0 || length > maxBytes) {
			throw new IOException("Malformed result: a string of " + length + " bytes");
		}
		return new String(in.readNBytes(length), StandardCharsets.UTF_8);
	}

}
