package io.github.hnswspring.ingest.reading;

import java.util.List;
import java.util.regex.Pattern;

import org.commonmark.Extension;
import org.commonmark.ext.footnotes.FootnotesExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Node;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Reads Markdown as CommonMark has it, with tables, footnotes, the blocks of MkDocs,
 * front matter in YAML or TOML, and HTML in it. Nothing is fetched or included.
 */
final class MarkdownReader {

	private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create(), FootnotesExtension.create());

	private static final Parser PARSER = Parser.builder()
		.extensions(EXTENSIONS)
		.includeSourceSpans(IncludeSourceSpans.BLOCKS)
		.build();

	private static final HtmlRenderer RENDERER = HtmlRenderer.builder().extensions(EXTENSIONS).build();

	/** How tools that make books of Markdown write them. */
	private static final Pattern INCLUDE = Pattern
		.compile("\\{\\{#\\w*(?:include|playground)\\s++([^{}\\r\\n]{1,300}+)\\}\\}");

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
		String rewritten = MkDocsBlocks.rewrite(withoutIncludes, leftOut);
		Node document = PARSER.parse(rewritten);
		String widened = MarkdownTables.widened(rewritten, document, leftOut);
		if (widened != null) {
			document = PARSER.parse(widened);
		}
		MarkdownFootnotes.move(document);
		return RENDERER.render(document);
	}

}
