package io.github.hnswspring.ingest.reading;

import java.util.List;
import java.util.stream.Collectors;

import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/**
 * Writes formulas of MathML in one line, as one would type them: {@code 10^6},
 * {@code (a+b)/2}, {@code √(x)}. No state.
 */
final class HtmlFormulas {

	/** Deeper than formulas are; there, the words are read as they stand. */
	private static final int MAX_DEPTH = 60;

	private static final String RELATIONS = "=<>≤≥≠≈≡∼∝→←↔⇒⇐⇔∈∉⊂⊆∪∩∧∨±";

	private HtmlFormulas() {
	}

	static void rewrite(Document document) {
		for (Element formula : document.select("math")) {
			String written = write(formula, 0).replaceAll("\\s+", " ").strip();
			if (written.isEmpty()) {
				written = formula.hasAttr("alttext") ? formula.attr("alttext") : formula.text();
			}
			if (formula.attr("display").equals("block")) {
				formula.replaceWith(new Element("div").text(written));
			}
			else {
				formula.replaceWith(new TextNode(written));
			}
		}
	}

	private static String write(Node node, int depth) {
		if (node instanceof TextNode text) {
			return text.getWholeText().strip();
		}
		if (!(node instanceof Element element)) {
			return "";
		}
		if (depth > MAX_DEPTH) {
			return element.text();
		}
		List<Element> parts = element.children();
		return switch (element.normalName()) {
			// The same once more, for programs.
			case "annotation", "annotation-xml" -> "";
			case "mo" -> operator(element.text().strip());
			case "mspace" -> " ";
			case "msup", "mover" -> part(parts, 0, depth) + script("^", parts, 1, depth);
			case "msub", "munder" -> part(parts, 0, depth) + script("_", parts, 1, depth);
			case "msubsup", "munderover" ->
				part(parts, 0, depth) + script("_", parts, 1, depth) + script("^", parts, 2, depth);
			case "mfrac" -> grouped(parts, 0, depth) + "/" + grouped(parts, 1, depth);
			case "mfenced" ->
				parts.stream().map((part) -> write(part, depth + 1)).collect(Collectors.joining(", ", "(", ")"));
			case "msqrt" -> "√(" + all(element, depth) + ")";
			case "mroot" -> "(" + part(parts, 0, depth) + ")^(1/" + part(parts, 1, depth) + ")";
			case "mtr", "mlabeledtr" ->
				parts.stream().map((cell) -> write(cell, depth + 1)).collect(Collectors.joining(", ", "[", "]"));
			default -> all(element, depth);
		};
	}

	private static String all(Element element, int depth) {
		StringBuilder written = new StringBuilder();
		for (Node child : element.childNodes()) {
			String part = write(child, depth + 1);
			boolean numbers = !written.isEmpty() && !part.isEmpty()
					&& Character.isLetterOrDigit(written.charAt(written.length() - 1))
					&& Character.isDigit(part.charAt(0));
			written.append(numbers ? " " : "").append(part);
		}
		return written.toString();
	}

	/** Signs that only programs see tell factors and arguments apart. */
	private static String operator(String sign) {
		return switch (sign) {
			case "\u2061", "\u2063", "\u2064" -> "";
			case "\u2062" -> " ";
			default -> (sign.length() == 1 && RELATIONS.contains(sign)) ? " " + sign + " " : sign;
		};
	}

	private static String part(List<Element> parts, int index, int depth) {
		return (index < parts.size()) ? write(parts.get(index), depth + 1).strip() : "";
	}

	private static String script(String sign, List<Element> parts, int index, int depth) {
		String script = grouped(parts, index, depth);
		return script.isEmpty() ? "" : sign + script;
	}

	private static String grouped(List<Element> parts, int index, int depth) {
		String part = part(parts, index, depth);
		boolean signed = !part.isEmpty() && "-+−".indexOf(part.charAt(0)) >= 0;
		boolean simple = part.codePointCount(0, part.length()) <= 1 || part.codePoints()
			.skip(signed ? 1 : 0)
			.allMatch((c) -> Character.isLetterOrDigit(c) || c == '.' || c == ',');
		return simple ? part : "(" + part + ")";
	}

}
