package io.github.hnswspring.ingest.reading;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * Tells what a page never shows from what it shows later, when someone clicks on a title
 * or a script has run, and from what is hidden from screen readers only. Confined to the
 * thread that reads.
 */
final class HtmlHidden {

	private static final Pattern NOT_DISPLAYED = Pattern.compile("display\\s*:\\s*none", Pattern.CASE_INSENSITIVE);

	/** Hidden now, and shown when someone clicks on its title. */
	private static final Pattern SHOWN_LATER = Pattern.compile("tab|panel|pane\\b|accordion|collaps|expand|details|faq",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern ICON = Pattern.compile("icon|glyph|symbol|\\bfa[srlbd]?\\b", Pattern.CASE_INSENSITIVE);

	private static final Pattern OVER_THE_PAGE = Pattern.compile("modal|dialog|offcanvas|drawer|popup|tooltip",
			Pattern.CASE_INSENSITIVE);

	/** Longer names of icons are words. */
	private static final int MAX_ICON = 30;

	/** Identifiers of what a button or a link shows. */
	private final Set<String> controlled = new HashSet<>();

	private final int characters;

	HtmlHidden(Document document) {
		for (String attribute : new String[] { "aria-controls", "data-target", "data-bs-target", "href" }) {
			for (Element element : document.getElementsByAttribute(attribute)) {
				String value = element.attr(attribute).strip();
				if (attribute.equals("aria-controls")) {
					this.controlled.addAll(Arrays.asList(value.split("\\s+")));
				}
				else if (value.startsWith("#")) {
					this.controlled.add(value.substring(1));
				}
			}
		}
		this.characters = HtmlReader.length(document.body());
	}

	/** Whether the page does not show it, now or later. */
	boolean isHidden(Element element, int depth) {
		boolean hidden = element.hasAttr("hidden") || NOT_DISPLAYED.matcher(element.attr("style")).find()
				|| (isForEyes(element) && isOverThePage(element));
		if (!hidden || element.attr("hidden").equals("until-found") || element.attr("role").equals("tabpanel")) {
			return false;
		}
		if ((!element.id().isEmpty() && this.controlled.contains(element.id()))
				|| SHOWN_LATER.matcher(element.className() + " " + element.id()).find()) {
			return false;
		}
		// A page that hides most of its text is waiting for a script to show it.
		return depth > HtmlWalk.MAX_DEPTH || HtmlReader.length(element) * 2L < this.characters;
	}

	/** Whether it is a sign without words, or a formula that is there twice. */
	boolean isDecoration(Element element, int depth) {
		if (!isForEyes(element) || element.isBlock() || element.nameIs("svg") || depth > HtmlWalk.MAX_DEPTH) {
			return false;
		}
		String words = element.text();
		if (words.codePoints().noneMatch(Character::isLetterOrDigit)
				|| (words.length() <= MAX_ICON && ICON.matcher(element.className()).find())) {
			return true;
		}
		Element formula = element.closest(".katex, .MathJax, mjx-container");
		return formula != null && formula.selectFirst("math") != null;
	}

	/** The page shows it, and screen readers do not read it. */
	private static boolean isForEyes(Element element) {
		return element.attr("aria-hidden").equals("true");
	}

	private static boolean isOverThePage(Element element) {
		return element.attr("role").equals("dialog") || OVER_THE_PAGE.matcher(element.className()).find();
	}

}
