package io.github.hnswspring.ingest.reading;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads AsciiDoc by lines: section titles give the path, delimited listings stay whole,
 * attributes and comments are left out. An {@code include::} is never followed.
 */
final class AsciiDocReader {

	private static final Pattern HEADING = Pattern.compile("^(={1,6}|#{1,6})\\s+(.+?)\\s*$");

	private static final Pattern VERBATIM = Pattern.compile("^(-{4,}|\\.{4,}|`{3,}|\\+{4,})\\s*$");

	private static final Pattern DELIMITER = Pattern.compile("^(={4,}|\\*{4,}|_{4,}|\\|={3,}|--)\\s*$");

	private static final Pattern ATTRIBUTE = Pattern.compile("^:!?[\\w-]{1,100}!?:.*$");

	private static final Pattern BLOCK_ATTRIBUTES = Pattern.compile("^\\[[^\\]]{0,500}+\\]\\s*$");

	private static final Pattern LINK = Pattern
		.compile("(?:https?://|link:|xref:|image::?)[^\\s\\[\\]]{1,2000}+\\[([^\\[\\]]{0,300}+)\\]");

	private static final Pattern CROSS_REFERENCE = Pattern.compile("<<[^<>,]{1,200}+(?:,\\s*([^<>]{0,300}+))?>>");

	private final SectionCollector sections = new SectionCollector();

	private String verbatim = "";

	private boolean comment;

	private AsciiDocReader() {
	}

	static List<Section> read(String text) {
		AsciiDocReader reader = new AsciiDocReader();
		text.lines().forEach(reader::line);
		return reader.sections.finish();
	}

	private void line(String line) {
		if (inComment(line) || inVerbatim(line) || isMarkup(line)) {
			return;
		}
		Matcher heading = HEADING.matcher(line);
		if (heading.matches()) {
			this.sections.heading(heading.group(1).length(), inline(heading.group(2)));
		}
		else if (line.isBlank() || line.strip().equals("+")) {
			this.sections.endBlock();
		}
		else {
			this.sections.text(inline(blockTitle(line)));
		}
	}

	private boolean inComment(String line) {
		if (line.strip().equals("////")) {
			this.comment = !this.comment;
			return true;
		}
		return this.comment || (this.verbatim.isEmpty() && line.startsWith("//"));
	}

	private boolean inVerbatim(String line) {
		if (!this.verbatim.isEmpty()) {
			if (line.strip().equals(this.verbatim)) {
				this.verbatim = "";
				this.sections.endBlock(Block.Kind.CODE);
			}
			else {
				this.sections.line(line);
			}
			return true;
		}
		if (VERBATIM.matcher(line).matches()) {
			this.verbatim = line.strip();
			this.sections.endBlock();
			return true;
		}
		return false;
	}

	private boolean isMarkup(String line) {
		if (DELIMITER.matcher(line).matches()) {
			this.sections.endBlock();
			return true;
		}
		return ATTRIBUTE.matcher(line).matches() || BLOCK_ATTRIBUTES.matcher(line).matches()
				|| line.startsWith("include::");
	}

	/** {@code .Title} of a block reads as its first line. */
	private static String blockTitle(String line) {
		boolean title = line.length() > 1 && line.charAt(0) == '.' && line.charAt(1) != '.' && line.charAt(1) != ' ';
		return title ? line.substring(1) : line;
	}

	private static String inline(String line) {
		String text = LINK.matcher(line).replaceAll((link) -> Matcher.quoteReplacement(link.group(1)));
		return CROSS_REFERENCE.matcher(text)
			.replaceAll((link) -> Matcher.quoteReplacement((link.group(1) != null) ? link.group(1) : ""));
	}

}
