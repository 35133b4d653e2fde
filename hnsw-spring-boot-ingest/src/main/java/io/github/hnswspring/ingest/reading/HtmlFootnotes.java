package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/**
 * Moves footnotes from the end of a page to the paragraphs that refer to them, so that
 * their words are found with the section they belong to. One that nothing refers to stays
 * where it is.
 */
final class HtmlFootnotes {

	/** As Asciidoctor and most programs that render Markdown write them. */
	private static final String NOTES = "div#footnotes > div.footnote[id], .footnotes > ol > li[id]";

	private static final String BACK = "a.footnote-backref, a[href^=#_footnoteref_], a[href^=#fnref]";

	private HtmlFootnotes() {
	}

	static void move(Document document) {
		Map<String, Element> notes = new HashMap<>();
		document.select(NOTES).forEach((note) -> notes.putIfAbsent(note.id(), note));
		if (notes.isEmpty()) {
			return;
		}
		for (Element reference : document.select("sup a[href^=#]")) {
			Element note = notes.remove(reference.attr("href").substring(1));
			if (note != null) {
				move(note, reference, "[" + reference.text().replaceAll("[\\[\\]]", "").strip() + "] ");
			}
		}
	}

	private static void move(Element note, Element reference, String mark) {
		Element paragraph = reference.closest("table, p, li, dd, h1, h2, h3, h4, h5, h6");
		if (paragraph == null || paragraph == note || note.ownerDocument() == null) {
			return;
		}
		note.select(BACK).remove();
		List<Node> words = new ArrayList<>(note.childNodes());
		note.remove();
		Element moved = new Element("div").appendChildren(words);
		Element first = moved.selectFirst("p");
		if (first != null && moved.wholeOwnText().isBlank()) {
			first.prependText(mark);
		}
		else {
			// Asciidoctor has a number there, in the link that is gone now.
			moved.textNodes()
				.stream()
				.filter((text) -> !text.isBlank())
				.findFirst()
				.ifPresent((text) -> text.text(text.getWholeText().replaceFirst("\\A\\s*\\. ", "")));
			moved.prependText(mark);
		}
		if (paragraph.nameIs("li") || paragraph.nameIs("dd")) {
			paragraph.appendChild(moved);
		}
		else {
			paragraph.after(moved);
		}
	}

}
