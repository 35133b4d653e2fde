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

	private static final Pattern INCLUDE = Pattern
		.compile("(?<!-)-{1,9}+8<-{1,9}+\\s++([\"'])([^\"'\\r\\n]{1,300}+)\\1\\s*+(?:\\{.{0,200}\\})?");

	private static final Pattern INCLUDES = Pattern.compile("-{1,9}8<-{1,9}");

	private static final Pattern FENCE = Pattern.compile("(?:[->*]\\s++)*+(```++|~~~++)(.*)");

	private final LeftOuts leftOut;

	private final List<String> written = new ArrayList<>();

	/** How far in the open blocks begin, each counted within the one around it. */
	private final List<Integer> open = new ArrayList<>();

	private String fence = "";

	/** What the next paragraph begins with. */
	private String label = "";

	/** Whether the lines are names of files to include. */
	private boolean includes;

	private MkDocsBlocks(LeftOuts leftOut) {
		this.leftOut = leftOut;
	}

	static String rewrite(String text, LeftOuts leftOut) {
		if (!text.contains("!!!") && !text.contains("???") && !text.contains("=== \"") && !text.contains("8<")) {
			return text;
		}
		MkDocsBlocks blocks = new MkDocsBlocks(leftOut);
		List<String> lines = text.lines().toList();
		for (int i = 0; i < lines.size(); i++) {
			blocks.read(lines, i);
		}
		blocks.endLabel();
		return String.join("\n", blocks.written) + "\n";
	}

	private void read(List<String> lines, int index) {
		String line = withinOpen(lines.get(index));
		String words = line.strip();
		if (!isIncluded(words)) {
			Matcher fenced = FENCE.matcher(words);
			if (this.fence.isEmpty() && isBlockStart(line, words, lines, index)) {
				return;
			}
			if (fenced.matches()) {
				endLabel();
				fence(fenced);
			}
			write(line, words);
		}
	}

	/** The line without the indentation of the blocks it is in; others end with it. */
	private String withinOpen(String whole) {
		String line = whole.replaceFirst("\\A\\t+", " ".repeat(INDENT));
		if (line.isBlank()) {
			return "";
		}
		for (int i = 0; i < this.open.size(); i++) {
			if (indent(line) < this.open.get(i) + INDENT) {
				endLabel();
				this.open.subList(i, this.open.size()).clear();
				this.fence = "";
				this.written.add("");
				break;
			}
			line = line.substring(INDENT);
		}
		return line;
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
		this.open.add(indent(line));
		return true;
	}

	/** Whether the next line with words is farther in. */
	private boolean hasText(List<String> lines, int index) {
		int own = indent(lines.get(index));
		for (int i = index + 1; i < lines.size(); i++) {
			if (!lines.get(i).isBlank()) {
				return indent(lines.get(i)) >= own + INDENT || lines.get(i).startsWith("\t");
			}
		}
		return false;
	}

	private boolean isIncluded(String words) {
		if (INCLUDES.matcher(words).matches()) {
			this.includes = !this.includes;
			return true;
		}
		Matcher include = INCLUDE.matcher(words);
		boolean one = include.matches();
		if (one || (this.includes && !words.isEmpty())) {
			this.leftOut.add("include", "other files and addresses are not followed", one ? include.group(2) : words);
		}
		return one || this.includes;
	}

	private void fence(Matcher fenced) {
		String marks = fenced.group(1);
		if (this.fence.isEmpty()) {
			boolean inline = marks.charAt(0) == '`' && fenced.group(2).indexOf('`') >= 0;
			this.fence = inline ? "" : marks;
		}
		else if (marks.startsWith(this.fence) && fenced.group(2).isBlank()) {
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

	private static int indent(String line) {
		int indent = 0;
		while (indent < line.length() && line.charAt(indent) == ' ') {
			indent++;
		}
		return indent;
	}

}
