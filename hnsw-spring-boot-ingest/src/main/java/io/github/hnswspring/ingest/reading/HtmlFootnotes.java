package io.github.hnswspring.ingest.reading;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
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

	private static final Pattern MARKDOWN_NOTE = Pattern.compile("\\[\\^([^\\[\\]\\s]{1,100}+)\\]: *+");

	private static final Pattern MARKDOWN_REFERENCE = Pattern.compile("\\[\\^([^\\[\\]\\s]{1,100}+)\\](?!:)");

	private HtmlFootnotes() {
	}

	static void move(Document document) {
		Map<String, Element> notes = new HashMap<>();
		document.select(NOTES).forEach((note) -> notes.putIfAbsent(note.id(), note));
		if (!notes.isEmpty()) {
			for (Element reference : document.select("sup a[href^=#]")) {
				Element note = notes.remove(reference.attr("href").substring(1));
				if (note != null) {
					note.select(BACK).remove();
					String words = note.text().strip();
					// Asciidoctor has a number there, in the link that is gone now.
					words = words.startsWith(". ") ? words.substring(2) : words;
					move(note, reference, "[" + reference.text().replaceAll("[\\[\\]]", "").strip() + "] " + words);
				}
			}
		}
		moveMarkdown(document);
	}

	/** These are paragraphs like others, and begin with their name. */
	private static void moveMarkdown(Document document) {
		Map<String, Element> notes = new HashMap<>();
		for (Element paragraph : document.select("p:containsOwn([^)")) {
			Matcher note = MARKDOWN_NOTE.matcher(paragraph.text());
			if (note.lookingAt()) {
				notes.putIfAbsent(note.group(1), paragraph);
			}
		}
		if (notes.isEmpty()) {
			return;
		}
		for (TextNode text : document.body().nodeStream(TextNode.class).toList()) {
			Matcher reference = MARKDOWN_REFERENCE.matcher(text.getWholeText());
			while (reference.find()) {
				Element note = notes.get(reference.group(1));
				Element parent = text.parent();
				if (note != null && parent != null && parent.closest("pre, code") == null) {
					notes.remove(reference.group(1));
					move(note, parent, note.text().replaceFirst("\\]: *", "] "));
				}
			}
		}
	}

	private static void move(Element note, Element reference, String words) {
		Element paragraph = reference.closest("table, p, li, dd, h1, h2, h3, h4, h5, h6");
		if (paragraph == null || paragraph == note || note.ownerDocument() == null) {
			return;
		}
		note.remove();
		Element moved = new Element("p").text(words);
		if (paragraph.nameIs("li") || paragraph.nameIs("dd")) {
			paragraph.appendChild(moved);
		}
		else {
			paragraph.after(moved);
		}
	}

}
