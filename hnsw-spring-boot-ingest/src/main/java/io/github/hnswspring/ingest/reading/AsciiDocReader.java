package io.github.hnswspring.ingest.reading;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.asciidoctor.Asciidoctor;
import org.asciidoctor.Attributes;
import org.asciidoctor.Options;
import org.asciidoctor.SafeMode;
import org.asciidoctor.ast.Document;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter.FilterResult;
import org.jspecify.annotations.Nullable;

/**
 * Reads AsciiDoc by Asciidoctor, whose Ruby takes seconds to start: used only inside
 * {@link IsolatedMain}, which keeps it. In its safest mode nothing is included, fetched
 * or run.
 */
final class AsciiDocReader {

	private static final Pattern INCLUDE = Pattern.compile("^include::([^\\[\\r\\n]{1,500})\\[.*$", Pattern.MULTILINE);

	private static final Pattern CONDITION = Pattern.compile("^if(n?)(?:def::([^\\[\\s]{1,200})|eval::)\\[.*$",
			Pattern.MULTILINE);

	private static final Pattern BLOCK_MACRO = Pattern
		.compile("([a-z][a-z0-9-]{1,30}+::[^\\s\\[\\]<>]{1,300}+)\\[[^\\[\\]<>]{0,300}+\\]");

	private static final Pattern INLINE_MACRO = Pattern
		.compile("(?<![\\w:/.-])[a-z][a-z0-9-]{1,30}+:(?!:)([^\\s\\[\\]<>:&\"]{2,300}+)\\[([^\\[\\]<>]{0,300}+)\\]");

	private static @Nullable Asciidoctor asciidoctor;

	private AsciiDocReader() {
	}

	/** Starts Ruby, unless it runs. */
	static synchronized Asciidoctor asciidoctor() {
		Asciidoctor running = asciidoctor;
		if (running == null) {
			running = Asciidoctor.Factory.create();
			// It complains about every unknown reference.
			running.registerLogHandler((message) -> {
			});
			asciidoctor = running;
		}
		return running;
	}

	static Reading read(String text, LeftOuts leftOut) {
		FrontMatter frontMatter = FrontMatter.of(text);
		frontMatter.report(leftOut);
		Attributes attributes = Attributes.builder()
			.showTitle(true)
			.attribute("toc!", "")
			// Numbers that Asciidoctor makes stand nowhere in the document.
			.attribute("example-caption!", "")
			.attribute("table-caption!", "")
			.attribute("figure-caption!", "")
			.attribute("listing-caption!", "")
			.build();
		Options options = Options.builder()
			.safe(SafeMode.SECURE)
			.backend("html5")
			.standalone(false)
			.attributes(attributes)
			.build();
		Document document = asciidoctor().load(withoutIncludes(frontMatter.text(), leftOut), options);
		org.jsoup.nodes.Document html = Jsoup.parse(frontMatter.summaryAsHtml() + document.convert());
		html.body().filter((node, depth) -> withoutMacros(node, leftOut));
		String title = (frontMatter.title() != null) ? frontMatter.title()
				: (document.getDoctitle() != null) ? HtmlReader.line(document.getDoctitle()) : null;
		for (String name : new String[] { "author", "revnumber", "revdate" }) {
			if (document.hasAttribute(name)) {
				leftOut.add("header line", "it names an author or a revision",
						String.valueOf(document.getAttribute(name)));
			}
		}
		return HtmlReader.read(html, leftOut, title);
	}

	/**
	 * What is left of macros that extensions of Asciidoctor know: their words, or what
	 * they name. In code, what looks like a macro is code.
	 */
	private static FilterResult withoutMacros(Node node, LeftOuts leftOut) {
		if (node instanceof Element element) {
			if (element.nameIs("pre") || element.nameIs("code")) {
				return FilterResult.SKIP_ENTIRELY;
			}
			Matcher macro = BLOCK_MACRO.matcher(element.nameIs("p") ? element.wholeOwnText() : "");
			if (element.childNodeSize() == 1 && macro.matches()) {
				leftOut.add("block of an extension", "extensions of AsciiDoc are not run", macro.group(1));
				return FilterResult.REMOVE;
			}
		}
		else if (node instanceof TextNode text && text.getWholeText().indexOf('[') >= 0) {
			text.text(withWords(text.getWholeText(), leftOut));
		}
		return FilterResult.CONTINUE;
	}

	private static String withWords(String text, LeftOuts leftOut) {
		return INLINE_MACRO.matcher(text).replaceAll((macro) -> {
			String words = macro.group(2).strip();
			boolean attributes = words.isEmpty() || words.indexOf('=') >= 0;
			if (!attributes && !Character.isLetter(words.codePointAt(0))) {
				// An index or an ending, so it was no macro.
				return Matcher.quoteReplacement(macro.group());
			}
			leftOut.add("macro of an extension", "extensions of AsciiDoc are not run; its words or its target are read",
					macro.group());
			return Matcher.quoteReplacement(attributes ? macro.group(1) : words);
		});
	}

	private static String withoutIncludes(String text, LeftOuts leftOut) {
		Set<String> conditions = new LinkedHashSet<>();
		Matcher condition = CONDITION.matcher(text);
		while (condition.find()) {
			conditions.add((condition.group(2) != null) ? condition.group(2) : condition.group());
		}
		conditions.forEach((name) -> leftOut.add("text under a condition",
				"only what holds for the attributes in the document itself is read", name));
		return INCLUDE.matcher(text).replaceAll((include) -> {
			leftOut.add("include", "other files and addresses are not followed", include.group(1));
			return "";
		});
	}

}
