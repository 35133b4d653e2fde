package io.github.hnswspring.ingest.reading;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Comment;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.Elements;
import org.jsoup.select.Evaluator;
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

	private static final Pattern NOT_DISPLAYED = Pattern.compile("display\\s*:\\s*none", Pattern.CASE_INSENSITIVE);

	/** Hidden now, and shown when someone clicks on its title. */
	private static final Pattern SHOWN_LATER = Pattern.compile("tab|panel|pane\\b|accordion|collaps|expand|details|faq",
			Pattern.CASE_INSENSITIVE);

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
		return read(Jsoup.parse(html), leftOut, title);
	}

	static Reading read(Document document, LeftOuts leftOut, @Nullable String title) {
		String name = title;
		if (name == null || name.isBlank()) {
			name = document.title().isBlank() ? null : document.title().strip();
		}
		Element first = document.selectFirst("h1");
		boolean titleIsHeading = name != null && first == null;
		removeNoText(document, leftOut);
		HtmlFootnotes.move(document);
		List<Section> sections = HtmlWalk.sections(document.body(), titleIsHeading ? name : null, leftOut);
		if (name == null && !sections.isEmpty()) {
			name = sections.stream().flatMap((section) -> section.headings().stream()).findFirst().orElse(null);
		}
		return new Reading(sections, Readings.report(name, sections, leftOut));
	}

	private static void removeNoText(Document document, LeftOuts leftOut) {
		document.head().remove();
		remove(document, "script, style, template", (element) -> true,
				(element) -> leftOut.add("script or style", "it is for the browser, not for a reader"));
		remove(document, "noscript", (element) -> true, (element) -> leftOut.add("text for browsers without scripts",
				"others do not show it", length(element)));
		remove(document, "iframe, object, embed, audio, video, canvas", (element) -> true,
				(element) -> leftOut.add(element.normalName(), "what a page embeds is not fetched",
						element.hasAttr("src") ? element.attr("src") : element.attr("data")));
		remove(document, HIDDEN, (element) -> isHidden(document, element),
				(element) -> leftOut.add("hidden element", "the page does not show it", length(element)));
		remove(document, "button, select, textarea, datalist, input", HtmlReader::isControl, (element) -> {
			if (!element.attr("type").equals("hidden")) {
				leftOut.add("control of a form", "it is for input", length(element));
			}
		});
		remove(document, ".linenos, .lineno, .linenumber, .gutter",
				(element) -> LINE_NUMBERS.matcher(element.text()).matches(), (element) -> {
				});
		remove(document, "a", HtmlReader::isAnchorSign, (element) -> {
		});
		document.select("img, svg, input[type=image]").forEach((image) -> replaceImage(image, leftOut));
		for (Node node : document.body().nodeStream().filter(Comment.class::isInstance).toList()) {
			leftOut.add("comment", "the page does not show it", ((Comment) node).getData().strip().length());
			node.remove();
		}
		rewriteAdmonitions(document);
	}

	private static void remove(Document document, String selector, Predicate<Element> which, Consumer<Element> report) {
		for (Element element : document.select(selector)) {
			// Others may have gone with one around them.
			if (element != document.body() && element.normalName() != "html" && element.ownerDocument() == document
					&& which.test(element)) {
				report.accept(element);
				element.remove();
			}
		}
	}

	private static boolean isHidden(Document document, Element element) {
		boolean hidden = element.hasAttr("hidden") || element.attr("aria-hidden").equals("true")
				|| NOT_DISPLAYED.matcher(element.attr("style")).find();
		if (!hidden || element.attr("hidden").equals("until-found") || element.attr("role").equals("tabpanel")) {
			return false;
		}
		String names = element.className() + " " + element.id();
		boolean controlled = !element.id().isEmpty() && (isNamedBy(document, "aria-controls", element.id())
				|| isNamedBy(document, "data-target", "#" + element.id())
				|| isNamedBy(document, "href", "#" + element.id()));
		return !controlled && !SHOWN_LATER.matcher(names).find();
	}

	private static boolean isNamedBy(Document document, String attribute, String value) {
		return !document.getElementsByAttributeValue(attribute, value).isEmpty();
	}

	private static boolean isControl(Element element) {
		// Tabs and accordions have their headings in buttons.
		return !element.normalName().equals("button") || (!element.hasAttr("aria-controls")
				&& !element.hasAttr("data-target") && element.closest("h1, h2, h3, h4, h5, h6, summary") == null);
	}

	private static boolean isAnchorSign(Element link) {
		return link.childrenSize() == 0 && ANCHOR_SIGN.matcher(link.text()).matches();
	}

	private static void replaceImage(Element image, LeftOuts leftOut) {
		if (image.ownerDocument() == null) {
			return;
		}
		Element title = image.selectFirst("title");
		String words = (title != null) ? title.text() : image.attr("alt");
		String file = image.attr("src")
			.replaceFirst("[?#].*", "")
			.replaceFirst("\\A.*/", "")
			.replaceFirst("\\.\\w+\\z", "");
		boolean made = words.equalsIgnoreCase(file) || words.equalsIgnoreCase(file.replaceAll("[-_]", " "));
		if (words.isBlank() || made) {
			boolean decoration = image.hasAttr("alt") && !made;
			if (!decoration) {
				leftOut.add("image without alternative text", "nothing says what it shows", file);
			}
			image.remove();
		}
		else {
			image.replaceWith(new TextNode(" " + words.strip() + " "));
		}
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
