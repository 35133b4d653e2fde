package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes CommonMark of the blocks that MkDocs adds to Markdown: admonitions, details and
 * tabs, whose indented text would be taken for code, and includes, which are named and
 * not followed. Confined to the thread that reads.
 */
final class MkDocsBlocks {

	private static final int INDENT = 4;

	private static final Pattern ADMONITION = Pattern
		.compile("(?:!!!|\\?\\?\\?\\+?) ?([A-Za-z][\\w -]{0,60}+)(?:\"([^\"]{0,300}+)\")?\\s*+");

	private static final Pattern TAB = Pattern.compile("===[!+]{0,2} ?\"([^\"]{1,300}+)\"\\s*+");

	private static final Pattern INCLUDE = Pattern.compile("\\A--8<--\\h{1,9}+([\"'])([^\"'\\r\\n]{1,300}+)\\1");

	/** Stands above and below names of files. */
	private static final String INCLUDES = "--8<--";

	private static final Pattern FILE = Pattern
		.compile("\\A(?:https?://)?[\\w./@+-]{0,300}\\.\\w{1,10}(?::[\\w:,-]{1,100})?");

	private static final Pattern FENCE = Pattern.compile("\\A((?:(?:[->*+]|\\d{1,9}[.)])\\s++)*+)(```++|~~~++)(.*)");

	private static final Pattern ITEM = Pattern.compile("\\A(?:[-*+]|\\d{1,9}[.)])(?:\\s{1,4}(?!\\s)|(?=\\s|\\z))");

	/**
	 * A block whose lines are indented.
	 *
	 * @param indent how far in it begins, counted within the one around it
	 * @param lists how many lists it is in
	 */
	private record Open(int indent, int lists) {
	}

	private final LeftOuts leftOut;

	private final List<String> written = new ArrayList<>();

	private final List<Open> open = new ArrayList<>();

	/** Where the text of the open items of lists begins. */
	private final List<Integer> lists = new ArrayList<>();

	private String fence = "";

	/** What the next paragraph begins with. */
	private String label = "";

	/** Whether the former line is blank. */
	private boolean afterBlank = true;

	private MkDocsBlocks(LeftOuts leftOut) {
		this.leftOut = leftOut;
	}

	static String rewrite(String text, LeftOuts leftOut) {
		if (!text.contains("!!!") && !text.contains("???") && !text.contains("=== \"") && !text.contains("8<")) {
			return text;
		}
		MkDocsBlocks blocks = new MkDocsBlocks(leftOut);
		List<String> lines = text.lines().toList();
		int next = 0;
		while (next < lines.size()) {
			next = blocks.read(lines, next);
		}
		blocks.endLabel();
		return String.join("\n", blocks.written) + "\n";
	}

	/** Reads the lines that belong together and says which one is the next. */
	private int read(List<String> lines, int index) {
		String line = withinOpen(lines.get(index));
		String words = line.strip();
		if (this.fence.isEmpty() && !words.isEmpty()) {
			endLists(line, words);
			if (isCode(line)) {
				endLabel();
				this.written.add(line);
				this.afterBlank = false;
				return index + 1;
			}
			int included = included(words, lines, index);
			if (included > index) {
				return included;
			}
			if (isBlockStart(line, words, lines, index)) {
				return index + 1;
			}
			Matcher item = ITEM.matcher(words);
			if (item.find()) {
				this.lists.add(indent(line) + Math.max(item.end(), 2));
			}
		}
		Matcher fenced = FENCE.matcher(words);
		if (fenced.matches()) {
			endLabel();
			fence(fenced);
		}
		this.afterBlank = words.isEmpty();
		write(line, words);
		return index + 1;
	}

	/** The line without the indentation of the blocks it is in; others end with it. */
	private String withinOpen(String whole) {
		if (this.open.isEmpty()) {
			return whole;
		}
		String line = whole;
		if (line.isBlank()) {
			return "";
		}
		for (int i = 0; i < this.open.size(); i++) {
			Open block = this.open.get(i);
			if (indent(line) < block.indent() + INDENT) {
				endLabel();
				this.lists.subList(Math.min(block.lists(), this.lists.size()), this.lists.size()).clear();
				this.open.subList(i, this.open.size()).clear();
				this.fence = "";
				this.written.add("");
				this.afterBlank = true;
				break;
			}
			// A tab ends where four blanks do, so that later ones keep their width.
			line = line.substring(line.startsWith(" ".repeat(INDENT)) ? INDENT : line.indexOf('\t') + 1);
		}
		return line;
	}

	/** Ends the items of lists that the line is not in; a paragraph may go on. */
	private void endLists(String line, String words) {
		if (this.afterBlank || words.startsWith("#") || ITEM.matcher(words).find() || FENCE.matcher(words).matches()) {
			int indent = indent(line);
			int around = this.open.isEmpty() ? 0 : this.open.get(this.open.size() - 1).lists();
			while (this.lists.size() > around && indent < this.lists.get(this.lists.size() - 1)) {
				this.lists.remove(this.lists.size() - 1);
			}
		}
	}

	/** Whether the line is indented farther than what it is in. */
	private boolean isCode(String line) {
		int block = this.open.isEmpty() ? 0 : this.open.get(this.open.size() - 1).indent();
		int list = this.lists.isEmpty() ? 0 : this.lists.get(this.lists.size() - 1);
		return indent(line) >= Math.max(block, list) + INDENT;
	}

	private boolean isBlockStart(String line, String words, List<String> lines, int index) {
		Matcher admonition = ADMONITION.matcher(words);
		Matcher tab = TAB.matcher(words);
		boolean admonished = admonition.matches();
		if ((!admonished && !tab.matches()) || !hasText(lines, index)) {
			return false;
		}
		endLabel();
		String indent = " ".repeat(indent(line));
		this.written.add("");
		if (!admonished) {
			this.written.add(indent + tab.group(1));
			this.written.add("");
		}
		else {
			String type = admonition.group(1).strip().split(" ")[0];
			String name = type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1);
			String title = admonition.group(2);
			if (title == null || title.isBlank()) {
				this.label = indent + name + ":";
			}
			else {
				this.written.add(indent + (title.equalsIgnoreCase(name) ? name : name + ": " + title.strip()));
				this.written.add("");
			}
		}
		this.open.add(new Open(indent(line), this.lists.size()));
		this.afterBlank = true;
		return true;
	}

	/** Whether the next line with words is farther in. */
	private boolean hasText(List<String> lines, int index) {
		int own = indent(lines.get(index));
		for (int i = index + 1; i < lines.size(); i++) {
			if (!lines.get(i).isBlank()) {
				return indent(lines.get(i)) >= own + INDENT;
			}
		}
		return false;
	}

	/** The line after those that name files to include, or this one if it is text. */
	private int included(String words, List<String> lines, int index) {
		Matcher include = INCLUDE.matcher(words);
		if (include.matches()) {
			leaveOut(include.group(2));
			return index + 1;
		}
		if (!words.equals(INCLUDES)) {
			return index;
		}
		List<String> files = new ArrayList<>();
		for (int i = index + 1; i < lines.size(); i++) {
			String file = lines.get(i).strip();
			if (file.equals(INCLUDES) && !files.isEmpty()) {
				files.forEach(this::leaveOut);
				return i + 1;
			}
			if (!file.isEmpty() && !FILE.matcher(file).matches()) {
				return index;
			}
			if (!file.isEmpty()) {
				files.add(file);
			}
		}
		return index;
	}

	private void leaveOut(String file) {
		this.leftOut.add("include", "other files and addresses are not followed", file);
	}

	private void fence(Matcher fenced) {
		String marks = fenced.group(2);
		if (this.fence.isEmpty()) {
			boolean inline = marks.charAt(0) == '`' && fenced.group(3).indexOf('`') >= 0;
			this.fence = inline ? "" : marks;
		}
		else if (fenced.group(1).replaceAll("[>\\s]", "").isEmpty() && marks.startsWith(this.fence)
				&& fenced.group(3).isBlank()) {
			this.fence = "";
		}
	}

	private void write(String line, String words) {
		if (!this.label.isEmpty() && !words.isEmpty()) {
			boolean paragraph = Character.isLetterOrDigit(words.codePointAt(0)) && !words.matches("\\d+[.)].*");
			if (paragraph) {
				this.written.add(this.label + " " + words);
				this.label = "";
				return;
			}
			endLabel();
		}
		this.written.add(line);
	}

	/** A label without a paragraph behind it is one itself. */
	private void endLabel() {
		if (!this.label.isEmpty()) {
			this.written.add(this.label);
			this.written.add("");
			this.label = "";
		}
	}

	/** How far in the first word is, where tabs end at each fourth column. */
	private static int indent(String line) {
		int indent = 0;
		for (int i = 0; i < line.length() && (line.charAt(i) == ' ' || line.charAt(i) == '\t'); i++) {
			indent += (line.charAt(i) == ' ') ? 1 : INDENT - indent % INDENT;
		}
		return indent;
	}

}
