package io.github.hnswspring.ingest.reading;

import java.util.List;

import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;

/**
 * Makes text of pictures: what is said to describe them, and of drawings the words in
 * them. A picture that nothing describes is named. No state.
 */
final class HtmlPictures {

	/** With more words, a drawing is no sign in a sentence. */
	private static final int SIGN = 60;

	private HtmlPictures() {
	}

	static void rewrite(Document document, LeftOuts leftOut) {
		for (Element picture : document.select("img, svg, input[type=image]")) {
			if (picture.ownerDocument() == null) {
				// It is gone with the drawing around it.
				continue;
			}
			if (picture.nameIs("svg")) {
				rewriteDrawing(picture, leftOut);
			}
			else {
				rewriteImage(picture, leftOut);
			}
		}
	}

	private static void rewriteDrawing(Element drawing, LeftOuts leftOut) {
		List<String> words = drawing.select("title, desc, text, foreignObject")
			.stream()
			.filter((part) -> part.parents().stream().noneMatch((around) -> isWords(around)))
			.filter((part) -> !part.attr("aria-hidden").equals("true"))
			.map((part) -> part.text().strip())
			.filter((text) -> !text.isEmpty())
			.distinct()
			.toList();
		if (words.isEmpty() && !drawing.attr("aria-label").isBlank()) {
			words = List.of(drawing.attr("aria-label").strip());
		}
		if (words.isEmpty()) {
			if (!drawing.attr("aria-hidden").equals("true")) {
				leftOut.add("image without alternative text", "nothing says what it shows");
			}
			drawing.remove();
		}
		else if (words.stream().mapToInt(String::length).sum() <= SIGN) {
			drawing.replaceWith(new TextNode(" " + String.join(" ", words) + " "));
		}
		else {
			Element lines = new Element("div");
			words.forEach((line) -> lines.appendText(line).appendElement("br"));
			drawing.replaceWith(lines);
		}
	}

	private static boolean isWords(Element element) {
		return element.nameIs("text") || element.nameIs("foreignobject");
	}

	private static void rewriteImage(Element image, LeftOuts leftOut) {
		String words = image.attr("alt");
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

}
