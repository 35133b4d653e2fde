package io.github.hnswspring.ingest.reading;

import java.util.regex.Pattern;

import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jspecify.annotations.Nullable;

/**
 * The text of one listing, with its line ends: those in the text, and those that are
 * elements of the page, one for each line. Confined to the thread that reads.
 */
final class HtmlListing {

	/** What programs that colour code call the element of a line. */
	private static final Pattern LINE = Pattern.compile("(?:^|[\\s_-])line(?:$|\\s)");

	private final Element element;

	private final StringBuilder text = new StringBuilder();

	/** A line is over, and whether a line end follows is not known yet. */
	private boolean ended;

	HtmlListing(Element element) {
		this.element = element;
	}

	boolean isEndedBy(Element other) {
		return this.element == other;
	}

	void begin(Element inner) {
		if (inner.nameIs("br")) {
			append("\n");
		}
		else if (isBlock(inner)) {
			this.ended = !this.text.isEmpty() && this.text.charAt(this.text.length() - 1) != '\n';
		}
	}

	void end(Element inner) {
		boolean line = isBlock(inner) || (isLine(inner) && isLine(inner.nextSibling()));
		this.ended |= line && !this.text.isEmpty() && this.text.charAt(this.text.length() - 1) != '\n';
	}

	void append(String words) {
		if (this.ended && !words.isEmpty()) {
			this.text.append((words.startsWith("\n") || words.startsWith("\r")) ? "" : "\n");
			this.ended = false;
		}
		this.text.append(words);
	}

	CharSequence text() {
		return this.text;
	}

	private static boolean isBlock(Element element) {
		return element.isBlock() && !element.nameIs("td") && !element.nameIs("th");
	}

	private static boolean isLine(@Nullable Node node) {
		return node instanceof Element element && LINE.matcher(element.className()).find();
	}

}
