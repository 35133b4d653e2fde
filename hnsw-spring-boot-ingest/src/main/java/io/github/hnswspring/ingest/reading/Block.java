package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * A paragraph, a list, a table or a listing, as written in the document.
 *
 * @param kind what it is, so that it can be cut and shown as such
 * @param text its text; the rows of a table and the items of a list are lines
 */
public record Block(Kind kind, String text) {

	/** Between the blocks of a chunk's text. */
	static final String SEPARATOR = "\n\n";

	/** What a block is. */
	public enum Kind {

		/** Running text; lines that an editor has wrapped are joined. */
		PROSE,
		/** Items, one for each line, those of inner lists indented. */
		LIST,
		/** Rows, one for each line; the first line names the columns. */
		TABLE,
		/** Rows, one for each line, without names of columns. */
		ROWS,
		/** Lines of program text or output, with their blanks. */
		CODE

	}

	/** Running text. */
	public static Block prose(String text) {
		return new Block(Kind.PROSE, text);
	}

	/** The text of a chunk with these blocks. */
	static String text(List<Block> blocks) {
		return String.join(SEPARATOR, blocks.stream().map(Block::text).toList());
	}

	/**
	 * Says in one word which stretches of a chunk's text are what, to be kept beside the
	 * text.
	 * @param blocks the blocks of a chunk
	 * @return kinds and numbers of characters: {@code prose:120,code:64}
	 */
	public static String layout(List<Block> blocks) {
		StringJoiner layout = new StringJoiner(",");
		blocks
			.forEach((block) -> layout.add(block.kind().name().toLowerCase(Locale.ROOT) + ":" + block.text().length()));
		return layout.toString();
	}

	/**
	 * The other direction of {@link #layout}.
	 * @param text a chunk's text
	 * @param layout what {@link #layout} gave for it
	 * @return the blocks; one of running text where the layout is not that of the text,
	 * and none where there is no text
	 */
	public static List<Block> parse(String text, String layout) {
		List<Block> blocks = new ArrayList<>();
		int start = 0;
		for (String entry : layout.split(",")) {
			int colon = entry.indexOf(':');
			Kind kind = kind(entry.substring(0, Math.max(colon, 0)));
			int length = length(entry.substring(colon + 1));
			if (kind == null || length < 0 || length > text.length() - start) {
				return whole(text);
			}
			blocks.add(new Block(kind, text.substring(start, start + length)));
			start += length;
			if (start < text.length()) {
				if (!text.startsWith(SEPARATOR, start)) {
					return whole(text);
				}
				start += SEPARATOR.length();
			}
		}
		return (start == text.length()) ? List.copyOf(blocks) : whole(text);
	}

	private static List<Block> whole(String text) {
		return text.isBlank() ? List.of() : List.of(prose(text));
	}

	private static @Nullable Kind kind(String name) {
		for (Kind kind : Kind.values()) {
			if (kind.name().equalsIgnoreCase(name)) {
				return kind;
			}
		}
		return null;
	}

	private static int length(String digits) {
		return digits.matches("\\d{1,9}") ? Integer.parseInt(digits) : -1;
	}

}
