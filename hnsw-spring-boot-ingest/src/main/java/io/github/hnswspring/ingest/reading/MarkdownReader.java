package io.github.hnswspring.ingest.reading;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Reads Markdown as CommonMark has it, with tables, footnotes, front matter in YAML or
 * TOML, and HTML in it. Nothing is fetched or included.
 */
final class MarkdownReader {

	private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());

	private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();

	private static final HtmlRenderer RENDERER = HtmlRenderer.builder().extensions(EXTENSIONS).build();

	/** How tools that make books of Markdown write them. */
	private static final Pattern INCLUDE = Pattern
		.compile("\\{\\{#\\w*(?:include|playground)\\s++([^{}\\r\\n]{1,300}+)\\}\\}");

	private static final Pattern FOOTNOTE = Pattern.compile(" {0,3}\\[\\^[^\\[\\]\\s]{1,100}+\\]:\\s.*");

	private static final Pattern FENCE = Pattern.compile("^\\s*+(?:[->*]\\s++)*+(```|~~~).*");

	private MarkdownReader() {
	}

	static Reading read(String text) {
		return read(text, new LeftOuts());
	}

	static Reading read(String text, LeftOuts leftOut) {
		FrontMatter frontMatter = FrontMatter.of(text);
		frontMatter.report(leftOut);
		return HtmlReader.read(frontMatter.summaryAsHtml() + html(frontMatter.text(), leftOut), leftOut,
				frontMatter.title());
	}

	private static String html(String text, LeftOuts leftOut) {
		String withoutIncludes = INCLUDE.matcher(text).replaceAll((include) -> {
			leftOut.add("include", "other files and addresses are not followed", include.group(1));
			return "";
		});
		return RENDERER.render(PARSER.parse(withFootnotes(withoutIncludes)));
	}

	/**
	 * Makes each footnote a paragraph, which {@link HtmlFootnotes} finds. CommonMark
	 * knows none: it joins them, or takes one of a single word for the address of a link.
	 */
	private static String withFootnotes(String text) {
		if (!text.contains("[^")) {
			return text;
		}
		StringBuilder lines = new StringBuilder(text.length());
		String fence = "";
		for (String line : text.lines().toList()) {
			Matcher fenced = FENCE.matcher(line);
			if (fenced.matches() && (fence.isEmpty() || fence.equals(fenced.group(1)))) {
				fence = fence.isEmpty() ? fenced.group(1) : "";
			}
			if (fence.isEmpty() && FOOTNOTE.matcher(line).matches()) {
				lines.append("\n\\").append(line.strip()).append('\n');
			}
			else {
				lines.append(line).append('\n');
			}
		}
		return lines.toString();
	}

}
