package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Comment;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.select.Elements;
import org.jsoup.select.Evaluator;
import org.jsoup.select.NodeFilter.FilterResult;
import org.jsoup.select.QueryParser;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTML: all text of the body in reading order, headings as the path. What is no
 * text for the reader of the page is left out and counted: programs, hidden parts,
 * controls, and links that lead elsewhere. An HTML parser knows no external entities, and
 * nothing is fetched.
 * <p>
 * Markdown, AsciiDoc and Office formats become HTML first and are read here, too.
 */
final class HtmlReader {

	/** Parts of a page that are links to others more often than text. */
	private static final Evaluator AROUND = QueryParser
		.parse("nav, [role=navigation], footer, [role=contentinfo], aside, [role=banner], "
				+ "[class*=nav], [class*=menu], [class*=breadcrumb], [class*=toc], [class*=sidebar], [id*=nav], [id*=menu], "
				+ "[id*=toc], [id*=sidebar]");

	private static final String HIDDEN = "[hidden], [aria-hidden=true], [style*=display]";

	private static final Pattern ANCHOR_SIGN = Pattern.compile("[¶§#🔗\\s]*");

	private static final Pattern LINE_NUMBERS = Pattern.compile("[\\d\\s]*");

	/** Of the text in a part around the page, this much stands in links. */
	private static final double MOSTLY_LINKS = 0.7;

	private HtmlReader() {
	}

	static Reading read(String html) {
		return read(html, new LeftOuts(), null);
	}

	/**
	 * Reads a page.
	 * @param html the page
	 * @param leftOut what was left out before
	 * @param title what the document is called, or {@code null} to find out from the page
	 * @return its text; no section where it has none
	 */
	static Reading read(String html, LeftOuts leftOut, @Nullable String title) {
		return read(Jsoup.parse(XhtmlSource.isDeclared(html) ? XhtmlSource.toHtml(html) : html), leftOut, title);
	}

	static Reading read(Document document, LeftOuts leftOut, @Nullable String title) {
		String name = title;
		if (name == null || name.isBlank()) {
			name = document.title().isBlank() ? null : document.title().strip();
		}
		Element first = document.selectFirst("h1");
		boolean titleIsHeading = name != null && first == null;
		HtmlShadow.open(document);
		removeNoText(document, leftOut);
		HtmlFormulas.rewrite(document);
		HtmlFootnotes.move(document);
		HtmlInline.rewrite(document, leftOut);
		List<Section> sections = HtmlWalk.sections(document.body(), titleIsHeading ? name : null, leftOut);
		if (name == null && !sections.isEmpty()) {
			name = sections.stream().flatMap((section) -> section.headings().stream()).findFirst().orElse(null);
		}
		return new Reading(sections, Readings.report(name, sections, leftOut));
	}

	/** The text of one line of HTML, as that of a heading. */
	static String line(String html) {
		Document document = Jsoup.parseBodyFragment(html);
		HtmlInline.rewrite(document, new LeftOuts());
		return document.body().text().strip();
	}

	private static void removeNoText(Document document, LeftOuts leftOut) {
		document.head().select("script, style").forEach((script) -> reportScript(script, leftOut));
		document.head().remove();
		remove(document, "script, style, template", (element, depth) -> true,
				(element) -> reportScript(element, leftOut));
		remove(document, "noscript", (element, depth) -> true, (element) -> leftOut
			.add("text for browsers without scripts", "others do not show it", length(element)));
		remove(document, "iframe, object, embed, audio, video, canvas", (element, depth) -> true,
				(element) -> leftOut.add(element.normalName(), "what a page embeds is not fetched",
						element.hasAttr("src") ? element.attr("src") : element.attr("data"), rawLength(element)));
		removeHidden(document, leftOut);
		remove(document, "button, select, textarea, datalist, input", (element, depth) -> isControl(element),
				(element) -> {
					if (!element.attr("type").equals("hidden")) {
						leftOut.add("control of a form", "it is for input", length(element));
					}
				});
		remove(document, ".linenos, .lineno, .linenumber, .gutter",
				(element, depth) -> depth < HtmlWalk.MAX_DEPTH && LINE_NUMBERS.matcher(element.text()).matches(),
				(element) -> {
				});
		remove(document, "a", (element, depth) -> isAnchorSign(element), (element) -> {
		});
		HtmlPictures.rewrite(document, leftOut);
		List<Node> comments = document.body().nodeStream().filter(Comment.class::isInstance).toList();
		comments.forEach((comment) -> leftOut.add("comment", "the page does not show it",
				((Comment) comment).getData().strip().length()));
		removeAll(comments);
		rewriteAdmonitions(document);
	}

	/** With its length, since one that nothing ends takes all of the page with it. */
	private static void reportScript(Element script, LeftOuts leftOut) {
		leftOut.add("script or style", "it is for the browser, not for a reader", rawLength(script));
	}

	private static int rawLength(Element element) {
		return element.data().strip().length() + length(element);
	}

	private static void removeHidden(Document document, LeftOuts leftOut) {
		HtmlHidden hidden = new HtmlHidden(document);
		remove(document, HIDDEN, hidden::isHidden,
				(element) -> leftOut.add("hidden element", "the page does not show it", length(element)));
		remove(document, HIDDEN, hidden::isDecoration, (element) -> {
			int length = length(element);
			if (length > 0) {
				leftOut.add("decoration", "the page marks it as no text", length);
			}
		});
	}

	/** Whether an element goes, at this depth. */
	private interface Choice {

		boolean isChosen(Element element, int depth);

	}

	private static void remove(Document document, String selector, Choice which, Consumer<Element> report) {
		Evaluator evaluator = QueryParser.parse(selector);
		List<Node> gone = new ArrayList<>();
		document.body().filter((node, depth) -> {
			boolean chosen = node instanceof Element element && element != document.body() && element.is(evaluator)
					&& which.isChosen(element, depth);
			if (!chosen) {
				return FilterResult.CONTINUE;
			}
			report.accept((Element) node);
			gone.add(node);
			return FilterResult.SKIP_ENTIRELY;
		});
		removeAll(gone);
	}

	/** All at once, since each removal moves all the children behind it. */
	private static void removeAll(List<Node> nodes) {
		Map<Element, Set<Node>> byParent = new LinkedHashMap<>();
		for (Node node : nodes) {
			if (node.parentNode() instanceof Element parent) {
				byParent.computeIfAbsent(parent, (any) -> new HashSet<>()).add(node);
			}
		}
		byParent.forEach((parent, gone) -> {
			List<Node> kept = parent.childNodes().stream().filter((child) -> !gone.contains(child)).toList();
			parent.empty();
			parent.appendChildren(kept);
		});
	}

	private static boolean isControl(Element element) {
		// Tabs and accordions have their headings in buttons.
		return !element.normalName().equals("button") || (!element.hasAttr("aria-controls")
				&& !element.hasAttr("data-target") && element.closest("h1, h2, h3, h4, h5, h6, summary") == null);
	}

	private static boolean isAnchorSign(Element link) {
		return link.childrenSize() == 0 && ANCHOR_SIGN.matcher(link.text()).matches();
	}

	/** What AsciiDoc calls an admonition is a table in HTML: its sign, and its text. */
	private static void rewriteAdmonitions(Document document) {
		for (Element block : document.select("div.admonitionblock")) {
			Element icon = block.selectFirst("td.icon");
			Element content = block.selectFirst("td.content");
			if (icon == null || content == null) {
				continue;
			}
			String label = icon.text().strip();
			content.tagName("div");
			Element paragraph = (content.childrenSize() > 0 && content.child(0).hasClass("paragraph"))
					? content.selectFirst("p") : content;
			if (paragraph != null && !label.isEmpty()) {
				paragraph.prependText(label + ": ");
			}
			block.empty().appendChild(content);
		}
	}

	/** Whether an element is a menu, a list of pages or the like, and no text. */
	static boolean isNavigation(Element element) {
		if (!element.is(AROUND) || element.normalName().equals("body") || element.normalName().equals("html")
				|| element.normalName().equals("main") || element.normalName().equals("article")) {
			return false;
		}
		int all = length(element);
		boolean named = element.normalName().equals("nav") || element.attr("role").equals("navigation");
		boolean contents = named || element.className().contains("toc") || element.id().contains("toc");
		// The headings of tabs are links within the page, and belong to its text.
		Elements links = element.select(contents ? "a[href]" : "a[href]:not([href^=#])");
		return all > 0 && (named || links.size() > 2)
				&& links.stream().mapToInt(HtmlReader::length).sum() >= MOSTLY_LINKS * all;
	}

	static String cellText(Element cell) {
		return cell.text().strip();
	}

	static int length(Element element) {
		return element.text().length();
	}

	static boolean isHeading(Element element) {
		String name = element.normalName();
		return (name.length() == 2 && name.charAt(0) == 'h' && name.charAt(1) >= '1' && name.charAt(1) <= '6')
				|| (element.attr("role").toLowerCase(Locale.ROOT).equals("heading"));
	}

	static int headingLevel(Element element) {
		String name = element.normalName();
		String level = element.attr("aria-level");
		return (name.length() == 2 && name.charAt(0) == 'h') ? name.charAt(1) - '0'
				: level.matches("[1-9]") ? level.charAt(0) - '0' : 2;
	}

}
