package io.github.hnswspring.ingest.reading;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;
import org.jspecify.annotations.Nullable;

/**
 * Makes text of what only markup says within a line: raised and lowered characters, marks
 * of footnotes, struck words, and that wrapped lines of Chinese and Japanese go on
 * without a blank. One walk over the page, so it takes linear time. Confined to the
 * thread that reads.
 */
final class HtmlInline implements NodeVisitor {

	/** So much of a line is remembered to look back at. */
	private static final int LOOK_BACK = 40;

	/** A raised, lowered or referring element, and what stands around it. */
	private static final class Script {

		private final Element element;

		private final String before;

		private int after = ' ';

		private Script(Element element, String before) {
			this.element = element;
			this.before = before;
		}

	}

	private final StringBuilder line = new StringBuilder();

	private final Deque<String> before = new ArrayDeque<>();

	private final List<Script> scripts = new ArrayList<>();

	/** How many scripts wait for the character behind them. */
	private int waiting;

	/** Text that ends with a line end, which is a wrap if an ideograph follows. */
	private @Nullable TextNode wrapped;

	private int preformatted;

	private HtmlInline() {
	}

	static void rewrite(Document document, LeftOuts leftOut) {
		for (Element struck : document.select("del, s, strike")) {
			strike(struck, leftOut);
		}
		// For these are elements within a line unless they hold paragraphs.
		document.select("ins, del")
			.stream()
			.filter((edit) -> !holdsBlocks(edit))
			.forEach((edit) -> edit.tagName("span"));
		HtmlInline inline = new HtmlInline();
		document.body().traverse(inline);
		inline.scripts.forEach(HtmlInline::write);
	}

	/** Words that others replace are gone; others that are struck are shown as such. */
	private static void strike(Element struck, LeftOuts leftOut) {
		if (struck.text().isBlank()) {
			return;
		}
		if (isInsertion(struck.nextSibling(), true) || isInsertion(struck.previousSibling(), false)) {
			leftOut.add("struck text", "what was inserted beside it replaces it", HtmlReader.length(struck));
			struck.empty();
		}
		else if (!holdsBlocks(struck) && struck.closest("pre, code") == null) {
			struck.prependText("~~").appendText("~~");
		}
	}

	private static boolean isInsertion(@Nullable Node sibling, boolean next) {
		Node node = sibling;
		while (node instanceof TextNode text && text.isBlank()) {
			node = next ? node.nextSibling() : node.previousSibling();
		}
		return node instanceof Element element && element.nameIs("ins");
	}

	private static boolean holdsBlocks(Element element) {
		return element.children().stream().anyMatch(Element::isBlock);
	}

	@Override
	public void head(Node node, int depth) {
		if (node instanceof TextNode text) {
			read(text);
		}
		else if (node instanceof Element element) {
			if (isScript(element)) {
				this.before.push(this.line.toString());
				// A script behind another one is no digit beside it.
				this.waiting = 0;
			}
			this.preformatted += element.nameIs("pre") ? 1 : 0;
			endLine(element);
		}
	}

	@Override
	public void tail(Node node, int depth) {
		if (node instanceof Element element) {
			if (isScript(element)) {
				this.scripts.add(new Script(element, this.before.pop()));
				this.waiting++;
			}
			this.preformatted -= element.nameIs("pre") ? 1 : 0;
			endLine(element);
		}
	}

	private void endLine(Element element) {
		if (element.isBlock() || element.nameIs("br") || element.nameIs("td") || element.nameIs("th")) {
			this.line.setLength(0);
			this.waiting = 0;
			this.wrapped = null;
		}
	}

	private void read(TextNode node) {
		String words = node.getWholeText();
		if (words.isEmpty()) {
			return;
		}
		for (; this.waiting > 0; this.waiting--) {
			this.scripts.get(this.scripts.size() - this.waiting).after = words.codePointAt(0);
		}
		if (this.preformatted == 0) {
			words = withoutWraps(node, words);
		}
		this.line.append(words, Math.max(0, words.length() - LOOK_BACK), words.length());
		this.line.delete(0, Math.max(0, this.line.length() - LOOK_BACK));
	}

	private String withoutWraps(TextNode node, String words) {
		String kept = Ideographs.withoutWraps(words);
		String start = kept.stripLeading();
		String end = kept.stripTrailing();
		if (!start.isEmpty()) {
			String former = this.line.toString().stripTrailing();
			boolean joined = Ideographs.between(former, start).isEmpty() && !former.isEmpty();
			if (joined && this.wrapped != null) {
				this.wrapped.text(this.wrapped.getWholeText().stripTrailing());
			}
			if (joined && hasLineEnd(kept, 0, kept.length() - start.length())) {
				kept = start;
			}
			this.wrapped = null;
		}
		if (!kept.equals(words)) {
			node.text(kept);
		}
		if (hasLineEnd(kept, end.length(), kept.length())) {
			this.wrapped = node;
		}
		return kept;
	}

	private static boolean hasLineEnd(String text, int from, int to) {
		int lineEnd = text.indexOf('\n', from);
		return lineEnd >= 0 && lineEnd < to;
	}

	private static boolean isScript(Element element) {
		return element.nameIs("sup") || element.nameIs("sub") || isReference(element);
	}

	/** Whether it is a link to a note. */
	private static boolean isReference(Element element) {
		return element.nameIs("a")
				&& (element.attr("role").equals("doc-noteref") || element.attr("epub:type").contains("noteref")
						|| element.hasClass("footnote-ref") || element.hasClass("noteref"));
	}

	/** Whether a raised text refers to a note. */
	private static boolean isMark(Element element) {
		Element parent = element.parent();
		return isReference(element) || element.hasClass("footnote") || element.hasClass("reference")
				|| element.selectFirst("a[href*=#]") != null
				|| (parent != null && parent.nameIs("a") && parent.attr("href").contains("#"));
	}

	private static void write(Script script) {
		String words = script.element.text().strip();
		String text = script.element.nameIs("sub") ? HtmlScripts.lowered(script.before, words, script.after)
				: HtmlScripts.raised(script.before, words, script.after, isMark(script.element));
		script.element.replaceWith(new TextNode(text));
	}

}
