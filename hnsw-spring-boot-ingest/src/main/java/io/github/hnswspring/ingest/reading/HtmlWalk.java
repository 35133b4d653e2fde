package io.github.hnswspring.ingest.reading;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

import io.github.hnswspring.ingest.reading.Block.Kind;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jspecify.annotations.Nullable;

/**
 * Walks the elements of a page in reading order and collects blocks. Without recursion,
 * since pages may be nested deeper than a stack. Confined to the thread that reads.
 */
final class HtmlWalk implements NodeFilter {

	/** A heading in these is a line of text: what follows them is not below it. */
	private static final String NOT_A_SECTION = "aside, blockquote, figure, li, dd, td, th, details";

	private static final Pattern BLANKS = Pattern.compile("[\\s\\u00A0]+");

	/** Soft hyphens and places where a long word may be broken. */
	private static final Pattern INVISIBLE = Pattern.compile("[\\u00AD\\u200B\\u2060\\uFEFF]");

	/** A line end that is meant, among blanks that are not. */
	private static final String LINE_END = "\u2028";

	/** Deeper than people nest; there, elements are not looked into before their text. */
	static final int MAX_DEPTH = 200;

	private final SectionCollector sections = new SectionCollector();

	private final LeftOuts leftOut;

	private final boolean withoutNavigation;

	private final StringBuilder text = new StringBuilder();

	/** The lists around, innermost last. */
	private final Deque<HtmlListNumbers> lists = new ArrayDeque<>();

	/** What the next line of a list begins with. */
	private String prefix = "";

	/** A term that waits for its definition. */
	private String term = "";

	private @Nullable HtmlListing preformatted;

	private HtmlWalk(LeftOuts leftOut, boolean withoutNavigation) {
		this.leftOut = leftOut;
		this.withoutNavigation = withoutNavigation;
	}

	/**
	 * The text of a page.
	 * @param body the page
	 * @param title what is above all of it, if no heading says so
	 * @param leftOut what was left out
	 * @return its sections; none where it has no text
	 */
	static List<Section> sections(Element body, @Nullable String title, LeftOuts leftOut) {
		HtmlWalk walk = new HtmlWalk(leftOut, true);
		List<Section> sections = walk.all(body, title);
		// A page of nothing but links is still a page.
		return walk.sections.hasText() ? sections : new HtmlWalk(leftOut, false).all(body, title);
	}

	private List<Section> all(Element body, @Nullable String title) {
		if (title != null) {
			this.sections.title(title);
		}
		body.filter(this);
		endText();
		this.sections.endBlock(this.lists.isEmpty() ? Kind.PROSE : Kind.LIST);
		return this.sections.finish();
	}

	@Override
	public FilterResult head(Node node, int depth) {
		if (node instanceof TextNode textNode) {
			if (this.preformatted != null) {
				this.preformatted.append(textNode.getWholeText());
			}
			else {
				this.text.append(textNode.getWholeText());
			}
			return FilterResult.CONTINUE;
		}
		return (node instanceof Element element) ? begin(element, depth) : FilterResult.CONTINUE;
	}

	private FilterResult begin(Element element, int depth) {
		if (this.preformatted != null) {
			this.preformatted.begin(element);
			return FilterResult.CONTINUE;
		}
		if (this.withoutNavigation && depth < MAX_DEPTH && HtmlReader.isNavigation(element)) {
			this.leftOut.add("navigation", "its links lead to other pages", HtmlReader.length(element));
			return FilterResult.SKIP_ENTIRELY;
		}
		switch (element.normalName()) {
			case "br" -> this.text.append(LINE_END);
			case "hr" -> endText();
			case "pre" -> {
				endText();
				endList();
				this.preformatted = new HtmlListing(element);
			}
			case "table" -> {
				endText();
				if (depth < MAX_DEPTH && HtmlTable.isData(element)) {
					endList();
					HtmlTable.read(element).forEach((block) -> this.sections.block(block.kind(), block.text()));
					return FilterResult.SKIP_CHILDREN;
				}
			}
			case "ul", "ol", "menu", "dl" -> beginList(element);
			case "li" -> {
				endText();
				HtmlListNumbers list = this.lists.peekLast();
				this.prefix = indent() + ((list == null) ? "" : list.marker(element));
			}
			case "dt" -> endText();
			case "dd" -> {
				endText();
				this.prefix = indent() + (this.term.isEmpty() ? "" : this.term + ": ");
				this.term = "";
			}
			default -> {
				if (isBlock(element)) {
					endText();
				}
			}
		}
		return FilterResult.CONTINUE;
	}

	private void beginList(Element element) {
		endText();
		if (this.lists.isEmpty()) {
			this.sections.endBlock();
		}
		this.lists.addLast(new HtmlListNumbers(element));
	}

	@Override
	public FilterResult tail(Node node, int depth) {
		if (!(node instanceof Element element)) {
			return FilterResult.CONTINUE;
		}
		if (this.preformatted != null) {
			if (this.preformatted.isEndedBy(element)) {
				this.sections.block(Kind.CODE, INVISIBLE.matcher(this.preformatted.text()).replaceAll(""));
				this.preformatted = null;
			}
			else {
				this.preformatted.end(element);
			}
			return FilterResult.CONTINUE;
		}
		switch (element.normalName()) {
			case "ul", "ol", "menu", "dl" -> {
				endText();
				endTerm();
				this.lists.pollLast();
				this.prefix = this.lists.isEmpty() ? "" : indent() + "  ";
				if (this.lists.isEmpty()) {
					this.sections.endBlock(Kind.LIST);
				}
			}
			case "dt" -> {
				String words = words();
				this.term = this.term.isEmpty() ? words : this.term + ", " + words;
			}
			case "td", "th" -> endText();
			case "br" -> {
				// Its line end is in the text.
			}
			default -> {
				if (HtmlReader.isHeading(element)) {
					endHeading(element);
				}
				else if (isBlock(element)) {
					endText();
				}
			}
		}
		return FilterResult.CONTINUE;
	}

	private void endHeading(Element element) {
		if (element.parent() == null || element.parent().closest(NOT_A_SECTION) != null) {
			endText();
			return;
		}
		String words = words().replace('\n', ' ');
		endList();
		this.sections.heading(HtmlReader.headingLevel(element), words);
	}

	/** Takes the text that has come together. */
	private String words() {
		String words = BLANKS.matcher(INVISIBLE.matcher(this.text).replaceAll("")).replaceAll(" ");
		this.text.setLength(0);
		return words.replaceAll(" ?" + LINE_END + " ?", "\n").strip();
	}

	private void endText() {
		String words = words();
		if (words.isEmpty()) {
			return;
		}
		if (this.lists.isEmpty()) {
			this.sections.block(Kind.PROSE, words);
			return;
		}
		endTerm();
		this.sections.line(this.prefix + words.replace("\n", "\n" + indent() + "  "));
		this.prefix = indent() + "  ";
	}

	/** A term without a definition is a line of its own. */
	private void endTerm() {
		if (!this.term.isEmpty()) {
			this.sections.line(indent() + this.term);
			this.term = "";
		}
	}

	/** A listing or table in a list divides it. */
	private void endList() {
		if (!this.prefix.isBlank() && this.prefix.endsWith(": ")) {
			this.sections.line(this.prefix.stripTrailing());
		}
		endTerm();
		this.sections.endBlock(this.lists.isEmpty() ? Kind.PROSE : Kind.LIST);
		this.prefix = this.lists.isEmpty() ? "" : indent() + "  ";
	}

	private String indent() {
		return "  ".repeat(Math.min(Math.max(this.lists.size() - 1, 0), 10));
	}

	/** Elements of a page's own making may be blocks, so they are not run together. */
	private static boolean isBlock(Element element) {
		return element.isBlock() || element.normalName().indexOf('-') > 0
				|| element.is("figcaption, caption, summary, legend, label, dialog, option, address");
	}

}
