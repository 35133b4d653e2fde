package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/**
 * Puts what a page declares as shadow trees where browsers show it: in its host, with the
 * host's own children in the slots. No state.
 */
final class HtmlShadow {

	private HtmlShadow() {
	}

	static void open(Document document) {
		// Found before any is opened, which moves others. A host has one shadow tree.
		Map<Element, Element> templates = new LinkedHashMap<>();
		for (Element template : document.select("template[shadowrootmode], template[shadowroot]")) {
			if (template.parent() != null) {
				templates.putIfAbsent(template.parent(), template);
			}
		}
		templates.forEach(HtmlShadow::open);
	}

	private static void open(Element host, Element template) {
		Map<String, List<Node>> given = new LinkedHashMap<>();
		for (Node child : host.childNodes()) {
			if (child != template) {
				String slot = (child instanceof Element element) ? element.attr("slot") : "";
				given.computeIfAbsent(slot, (any) -> new ArrayList<>()).add(child);
			}
		}
		Map<String, Element> slots = new HashMap<>();
		for (Element slot : template.select("slot")) {
			if (slot.closest("template") == template) {
				slots.putIfAbsent(slot.attr("name"), slot);
			}
		}
		List<Node> shadow = new ArrayList<>(template.childNodes());
		template.empty();
		host.empty();
		host.appendChildren(shadow);
		given.forEach((name, nodes) -> {
			Element slot = slots.get(name);
			boolean blank = nodes.stream().allMatch((node) -> node instanceof TextNode text && text.isBlank());
			if (slot != null && !blank) {
				slot.empty().appendChildren(nodes);
			}
			else {
				// What no slot shows is read all the same.
				host.appendChildren(nodes);
			}
		});
	}

}
