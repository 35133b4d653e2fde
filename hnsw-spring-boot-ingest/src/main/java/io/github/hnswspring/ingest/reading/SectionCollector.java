package io.github.hnswspring.ingest.reading;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

import io.github.hnswspring.ingest.reading.Block.Kind;

/**
 * Collects blocks under the current heading path while a reader walks a document.
 * Confined to the thread that reads.
 */
final class SectionCollector {

	/** A line this short was ended on purpose: a heading, an address, a verse. */
	static final int SHORT_LINE = 40;

	/** Chinese and Japanese paragraphs begin with a blank as wide as a character. */
	private static final String INDENT = "\u3000";

	private static final Pattern ITEM = Pattern.compile("^(?:[-*+.•|>]+\\s|\\||\\d{1,3}[.)]\\s)");

	private static final Pattern LIST = Pattern.compile("(?:[-*+•]|\\d{1,3}[.)])\\s");

	private static final Pattern BLANK_START = Pattern.compile("\\A(?:\\h*+\\R)++");

	private record Heading(int level, String text) {
	}

	private final List<Section> sections = new ArrayList<>();

	private final Deque<Heading> path = new ArrayDeque<>();

	private final List<Block> blocks = new ArrayList<>();

	private final StringBuilder block = new StringBuilder();

	/** Where in the block the last line of running text begins. */
	private int lineStart;

	private int page;

	/** How many headings of the path, from the outermost on, are in a section. */
	private int said;

	/** Headings without text below them that wait for others with the same parent. */
	private final List<Block> alone = new ArrayList<>();

	private List<String> aloneBelow = List.of();

	private int alonePage;

	private boolean text;

	/** What the document is called; it is no text of its own. */
	void title(String title) {
		this.path.addLast(new Heading(1, title.strip()));
		this.said = 1;
	}

	/** Whether there was anything but headings. */
	boolean hasText() {
		return this.text;
	}

	/**
	 * Begins a section.
	 * @param level 1 is the outermost
	 * @param text the heading's words
	 */
	void heading(int level, String text) {
		endSection();
		while (!this.path.isEmpty() && this.path.getLast().level() >= level) {
			endHeading();
		}
		if (!text.isBlank()) {
			this.path.addLast(new Heading(level, text.strip()));
		}
	}

	/** Begins a page; text on it is a section of its own. */
	void page(int number) {
		endSection();
		this.page = number;
	}

	/** A line that stays a line: of a listing, say. */
	void line(String line) {
		if (this.block.length() > 0) {
			this.block.append('\n');
		}
		this.block.append(line);
	}

	/**
	 * A line of running text where a line end means a space, as in markup: list items and
	 * table rows stay lines, all else is joined, so that sentences are whole.
	 */
	void text(String line) {
		join(line, 0);
	}

	/**
	 * A line of running text where a line end may mean something: it is joined to the one
	 * before only if that is so long that an editor, or the page's width, has wrapped it.
	 */
	void plainText(String line) {
		plainText(line, SHORT_LINE);
	}

	/**
	 * The same where lines are narrower.
	 * @param line the line
	 * @param shortLine shorter ones were ended on purpose
	 */
	void plainText(String line, int shortLine) {
		join(line, shortLine);
	}

	private void join(String line, int shortLine) {
		String words = line.strip();
		boolean wrapped = this.block.length() > 0 && isLong(shortLine) && !ITEM.matcher(words).lookingAt()
				&& this.block.charAt(this.lineStart) != '|' && !line.startsWith(INDENT);
		if (wrapped) {
			this.block.append(Ideographs.between(this.block, words)).append(words);
			return;
		}
		line(words);
		this.lineStart = this.block.length() - words.length();
	}

	private boolean isLong(int shortLine) {
		return this.block.length() - this.lineStart >= shortLine
				|| Ideographs.columns(this.block, this.lineStart) >= shortLine;
	}

	/**
	 * A whole block.
	 * @param kind what it is
	 * @param text its text; nothing happens if it is blank
	 */
	void block(Kind kind, String text) {
		endBlock();
		this.block.append(text);
		endBlock(kind);
	}

	/** Ends a block of plain text, which is a list or table if it looks like one. */
	void endBlock() {
		boolean item = LIST.matcher(this.block).lookingAt();
		endBlock(item ? Kind.LIST : (!this.block.isEmpty() && this.block.charAt(0) == '|') ? Kind.ROWS : Kind.PROSE);
	}

	void endBlock(Kind kind) {
		this.lineStart = 0;
		// The first line of a listing may be indented, and the first cell of a row be
		// empty.
		String text = (kind != Kind.PROSE) ? withoutBlankLines(this.block) : this.block.toString().strip();
		if (!text.isBlank()) {
			this.blocks.add(new Block(kind, text));
		}
		this.block.setLength(0);
	}

	/** Without those before and after the text. */
	private static String withoutBlankLines(CharSequence text) {
		return BLANK_START.matcher(text.toString().stripTrailing()).replaceFirst("");
	}

	List<Section> finish() {
		endSection();
		while (!this.path.isEmpty()) {
			endHeading();
		}
		endAlone();
		return List.copyOf(this.sections);
	}

	private void endSection() {
		endBlock();
		if (!this.blocks.isEmpty()) {
			endAlone();
			this.sections.add(new Section(headings(), this.blocks, this.page));
			this.blocks.clear();
			this.said = this.path.size();
			this.text = true;
		}
	}

	/** A heading that is above no text is text itself, else it could not be found. */
	private void endHeading() {
		boolean lost = this.path.size() > this.said;
		String heading = this.path.removeLast().text();
		this.said = Math.min(this.said, this.path.size());
		if (!lost) {
			return;
		}
		List<String> parent = headings();
		if (!parent.equals(this.aloneBelow) || this.page != this.alonePage) {
			endAlone();
		}
		this.aloneBelow = parent;
		this.alonePage = this.page;
		this.alone.add(Block.prose(heading));
		this.said = this.path.size();
	}

	private void endAlone() {
		if (!this.alone.isEmpty()) {
			this.sections.add(new Section(this.aloneBelow, this.alone, this.alonePage));
			this.alone.clear();
		}
	}

	private List<String> headings() {
		return this.path.stream().map(Heading::text).toList();
	}

}
