package io.github.hnswspring.ingest.reading;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Markdown by lines: headings give the path, fenced listings stay whole, links and
 * images are reduced to their words. Nothing is fetched or included.
 */
final class MarkdownReader {

	private static final Pattern HEADING = Pattern.compile("^ {0,3}(#{1,6})\\s+(.+?)\\s*#*\\s*$");

	private static final Pattern FENCE = Pattern.compile("^\\s*(`{3,}|~{3,}).*$");

	private static final Pattern UNDERLINE = Pattern.compile("^ {0,3}(=+|-+)\\s*$");

	private static final Pattern TABLE_RULE = Pattern.compile("^[\\s|:-]*-{3,}[\\s|:-]*$");

	// Possessive and bounded, so that no line of brackets takes more than linear time.
	private static final Pattern LINK = Pattern
		.compile("!?\\[([^\\[\\]]{0,300}+)\\]\\([^()\\s]{0,2000}+[^()]{0,300}+\\)");

	private final SectionCollector sections = new SectionCollector();

	private String fence = "";

	private boolean comment;

	private MarkdownReader() {
	}

	static List<Section> read(String text) {
		MarkdownReader reader = new MarkdownReader();
		List<String> lines = text.lines().toList();
		for (int i = frontMatterEnd(lines); i < lines.size(); i++) {
			boolean consumedNext = reader.line(lines.get(i), (i + 1 < lines.size()) ? lines.get(i + 1) : "");
			i += consumedNext ? 1 : 0;
		}
		return reader.sections.finish();
	}

	private static int frontMatterEnd(List<String> lines) {
		if (lines.isEmpty() || !lines.get(0).equals("---")) {
			return 0;
		}
		int end = lines.subList(1, lines.size()).indexOf("---");
		return (end < 0) ? 0 : end + 2;
	}

	/** Returns whether the next line belonged to this one (an underlined heading). */
	private boolean line(String line, String next) {
		if (inFence(line) || inComment(line)) {
			return false;
		}
		Matcher heading = HEADING.matcher(line);
		if (heading.matches()) {
			this.sections.heading(heading.group(1).length(), inline(heading.group(2)));
			return false;
		}
		Matcher underline = UNDERLINE.matcher(next);
		if (!line.isBlank() && isPlain(line) && underline.matches()) {
			this.sections.heading((underline.group(1).charAt(0) == '=') ? 1 : 2, inline(line));
			return true;
		}
		if (line.isBlank()) {
			this.sections.endBlock();
		}
		else if (!TABLE_RULE.matcher(line).matches()) {
			this.sections.text(inline(line));
		}
		return false;
	}

	private boolean inFence(String line) {
		Matcher fenceLine = FENCE.matcher(line);
		if (!this.fence.isEmpty()) {
			if (fenceLine.matches() && fenceLine.group(1).startsWith(this.fence)) {
				this.fence = "";
				this.sections.endBlock(Block.Kind.CODE);
			}
			else {
				this.sections.line(line);
			}
			return true;
		}
		if (fenceLine.matches()) {
			this.fence = fenceLine.group(1);
			this.sections.endBlock();
			return true;
		}
		return false;
	}

	private boolean inComment(String line) {
		if (!this.comment && !line.stripLeading().startsWith("<!--")) {
			return false;
		}
		this.comment = !line.contains("-->");
		return true;
	}

	private static boolean isPlain(String line) {
		char first = line.stripLeading().charAt(0);
		return first != '|' && first != '-' && first != '*' && first != '>' && first != '#';
	}

	private static String inline(String line) {
		return LINK.matcher(line).replaceAll((link) -> Matcher.quoteReplacement(link.group(1))).replace("**", "");
	}

}
