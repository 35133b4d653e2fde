package io.github.hnswspring.ingest.reading;

import java.util.List;
import java.util.Set;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jsoup.select.NodeVisitor;

/**
 * Reads HTML: the text of the body without scripts, styles and navigation, headings as
 * the path. An HTML parser knows no external entities, and nothing is fetched.
 */
final class HtmlReader {

	private static final String LEFT_OUT = "script, style, noscript, template, nav, footer, aside, form, svg, iframe, "
			+ "object, head, [hidden], [aria-hidden=true]";

	/** Their text belongs to the list or table around them. */
	private static final Set<String> INSIDE_BLOCKS = Set.of("li", "dt", "dd", "tr", "td", "th");

	private static final Set<String> HEADINGS = Set.of("h1", "h2", "h3", "h4", "h5", "h6");

	private HtmlReader() {
	}

	static List<Section> read(String html) {
		Document document = Jsoup.parse(html);
		String title = document.title();
		document.select(LEFT_OUT).remove();
		Walk walk = new Walk();
		if (!title.isBlank() && document.selectFirst("h1") == null) {
			walk.sections.heading(1, title);
		}
		NodeTraversor.traverse(walk, document.body());
		walk.endText();
		return walk.sections.finish();
	}

	/** Confined to the thread that reads. */
	private static final class Walk implements NodeVisitor {

		private final SectionCollector sections = new SectionCollector();

		private final StringBuilder text = new StringBuilder();

		private int preformatted;

		@Override
		public void head(Node node, int depth) {
			if (node instanceof TextNode textNode) {
				this.text.append((this.preformatted > 0) ? textNode.getWholeText() : textNode.text());
			}
			else if (node instanceof Element element) {
				begin(element);
			}
		}

		private void begin(Element element) {
			String name = element.normalName();
			if (name.equals("br")) {
				this.text.append('\n');
			}
			else if (name.equals("li") || name.equals("tr") || name.equals("dt") || name.equals("dd")) {
				endLine();
			}
			else if (name.equals("td") || name.equals("th")) {
				this.text.append(" | ");
			}
			else if (element.isBlock()) {
				endText();
			}
			this.preformatted += name.equals("pre") ? 1 : 0;
		}

		@Override
		public void tail(Node node, int depth) {
			if (!(node instanceof Element element)) {
				return;
			}
			String name = element.normalName();
			this.preformatted -= name.equals("pre") ? 1 : 0;
			if (HEADINGS.contains(name)) {
				String heading = this.text.toString().strip().replaceAll("\\s+", " ");
				this.text.setLength(0);
				this.sections.heading(name.charAt(1) - '0', heading);
			}
			else if (element.isBlock() && !INSIDE_BLOCKS.contains(name)) {
				endText();
			}
		}

		private void endLine() {
			String line = this.text.toString().strip();
			if (!line.isEmpty()) {
				this.sections.line(line);
			}
			this.text.setLength(0);
		}

		private void endText() {
			endLine();
			this.sections.endBlock();
		}

	}

}
