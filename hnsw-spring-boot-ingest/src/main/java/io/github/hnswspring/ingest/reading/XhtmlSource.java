package io.github.hnswspring.ingest.reading;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes a page that is written as XML one that an HTML parser reads the same way. For
 * HTML, {@code <script src="a.js"/>} goes on until the page ends, and what stands in a
 * CDATA section is a comment. Pages that say they are XHTML are often no XML, so it takes
 * tag by tag and gives nothing up. Confined to the thread that reads.
 */
final class XhtmlSource {

	private static final int DECLARED_WITHIN = 4_096;

	private static final Pattern DECLARED = Pattern.compile(
			"\\A\\s*+<\\?xml\\b|<!DOCTYPE[^>]{0,200}?XHTML|<html\\b[^>]{0,1000}?[\"']http://www\\.w3\\.org/1999/xhtml[\"']",
			Pattern.CASE_INSENSITIVE);

	/** They have no end tag in HTML either. */
	private static final Set<String> VOID = Set.of("area", "base", "basefont", "bgsound", "br", "col", "command",
			"embed", "frame", "hr", "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr");

	/** What looks like a tag in these is none. */
	private static final Set<String> RAW = Set.of("script", "style");

	private static final String CDATA = "<![CDATA[";

	private final String page;

	private final StringBuilder html;

	private int at;

	private XhtmlSource(String page) {
		this.page = page;
		this.html = new StringBuilder(page.length() + 64);
	}

	/** Whether a page says that it is XML. */
	static boolean isDeclared(String page) {
		return DECLARED.matcher(page.substring(0, Math.min(page.length(), DECLARED_WITHIN))).find();
	}

	static String toHtml(String page) {
		XhtmlSource source = new XhtmlSource(page);
		while (source.at < page.length()) {
			source.next();
		}
		return source.html.toString();
	}

	private void next() {
		int tag = this.page.indexOf('<', this.at);
		copyTo((tag < 0) ? this.page.length() : tag);
		if (tag < 0) {
			return;
		}
		if (this.page.startsWith("<!--", tag)) {
			copyBehind("-->", tag + 4);
		}
		else if (this.page.startsWith(CDATA, tag)) {
			int end = this.page.indexOf("]]>", tag);
			String text = this.page.substring(tag + CDATA.length(), (end < 0) ? this.page.length() : end);
			this.html.append(text.replace("&", "&amp;").replace("<", "&lt;"));
			this.at = (end < 0) ? this.page.length() : end + 3;
		}
		else if (tag + 1 < this.page.length() && isNamePart(this.page.charAt(tag + 1))) {
			element(tag);
		}
		else {
			copyTo(tag + 1);
		}
	}

	private void element(int tag) {
		int nameEnd = tag + 1;
		while (nameEnd < this.page.length() && isNamePart(this.page.charAt(nameEnd))) {
			nameEnd++;
		}
		String name = this.page.substring(tag + 1, nameEnd);
		String known = name.toLowerCase(Locale.ROOT);
		int end = tagEnd(nameEnd);
		if (end < 0) {
			copyTo(this.page.length());
			return;
		}
		boolean closed = this.page.charAt(end - 1) == '/' && !isValue(nameEnd, end - 1);
		if (closed && !VOID.contains(known)) {
			copyTo(end - 1);
			this.html.append("></").append(name).append('>');
			this.at = end + 1;
			return;
		}
		copyTo(end + 1);
		if (RAW.contains(known)) {
			int rawEnd = indexOfEndTag(known, this.at);
			copyTo((rawEnd < 0) ? this.page.length() : rawEnd);
		}
	}

	/**
	 * The bracket that ends a tag: not one in quotes, as long as something ends these.
	 */
	private int tagEnd(int from) {
		char quote = 0;
		for (int i = from; i < this.page.length(); i++) {
			char c = this.page.charAt(i);
			if (quote != 0) {
				quote = (c == quote) ? 0 : quote;
			}
			else if (c == '>') {
				return i;
			}
			else if (c == '"' || c == '\'') {
				quote = c;
			}
		}
		return this.page.indexOf('>', from);
	}

	/** Whether a slash belongs to the value of an attribute without quotes. */
	private boolean isValue(int from, int slash) {
		for (int i = slash - 1; i >= from; i--) {
			char c = this.page.charAt(i);
			if (c == '"' || c == '\'' || Character.isWhitespace(c)) {
				return false;
			}
			if (c == '=') {
				return true;
			}
		}
		return false;
	}

	private int indexOfEndTag(String name, int from) {
		int end = this.page.indexOf("</", from);
		while (end >= 0 && !this.page.regionMatches(true, end + 2, name, 0, name.length())) {
			end = this.page.indexOf("</", end + 2);
		}
		return end;
	}

	private void copyBehind(String sign, int from) {
		int end = this.page.indexOf(sign, from);
		copyTo((end < 0) ? this.page.length() : end + sign.length());
	}

	private void copyTo(int end) {
		this.html.append(this.page, this.at, end);
		this.at = end;
	}

	private static boolean isNamePart(char c) {
		return Character.isLetterOrDigit(c) || c == ':' || c == '-' || c == '_' || c == '.';
	}

}
