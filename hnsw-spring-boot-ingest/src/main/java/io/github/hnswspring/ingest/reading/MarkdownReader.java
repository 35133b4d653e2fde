package io.github.hnswspring.ingest.reading;

import java.util.List;

import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Reads Markdown as CommonMark has it, with tables, front matter in YAML or TOML, and
 * HTML in it. Nothing is fetched or included.
 */
final class MarkdownReader {

	private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());

	private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();

	private static final HtmlRenderer RENDERER = HtmlRenderer.builder().extensions(EXTENSIONS).build();

	private MarkdownReader() {
	}

	static Reading read(String text) {
		return read(text, new LeftOuts());
	}

	static Reading read(String text, LeftOuts leftOut) {
		FrontMatter frontMatter = FrontMatter.of(text);
		frontMatter.report(leftOut);
		return HtmlReader.read(frontMatter.summaryAsHtml() + RENDERER.render(PARSER.parse(frontMatter.text())), leftOut,
				frontMatter.title());
	}

}
