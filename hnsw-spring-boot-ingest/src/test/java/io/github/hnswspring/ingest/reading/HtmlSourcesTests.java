package io.github.hnswspring.ingest.reading;

import java.util.concurrent.TimeUnit;

import io.github.hnswspring.ingest.reading.Block.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pages that are written as XML, and what their lists and listings say by markup alone.
 */
class HtmlSourcesTests {

	private static final String TEXT = "<h1>Dock</h1><p>It has <b id='x'/>eight&nbsp;gates &amp; <![CDATA[a < b]]>.</p>";

	@ParameterizedTest
	@ValueSource(strings = { "<script src=\"a.js\"/>", "<style type='text/css'/>", "<title/>", "<iframe src='a'/>",
			"<textarea />", "<script>//<![CDATA[\nif (a < b) c('<div/>');//]]></script>", "<noscript/>",
			"<!-- <p/> -->", "<link rel='a' href='b'/>", "<a title='a > b'/>", "<object data='a'/>" })
	void aPageInXmlIsReadToItsEnd(String element) {
		for (String start : new String[] { "<?xml version='1.0'?><html>", "<html xmlns='http://www.w3.org/1999/xhtml'>",
				"<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x.dtd'><html>" }) {
			String page = start + "<head>" + element + "</head><body><div/>" + element + TEXT
					+ "<br>Open.</body></html>";
			assertThat(TestReaders.read(DocumentFormat.HTML, page).sections())
				.allSatisfy((section) -> assertThat(section.headings()).endsWith("Dock"))
				.flatExtracting(Section::texts)
				.containsExactly("It has eight gates & a < b.", "Open.");
		}
	}

	@Test
	void whatAScriptOrFrameSwallowsIsReported() {
		Reading reading = HtmlReader.read("<p>One.</p><script src=a.js/><p>Two.</p>");
		assertThat(TestReaders.leftOut(reading)).isEqualTo("script or style, 11 characters");
		assertThat(TestReaders.leftOut(HtmlReader.read("<head><script src=a.js/></head><p>Two.</p>")))
			.isEqualTo("script or style, 18 characters");
		assertThat(TestReaders.leftOut(MarkdownReader.read("One.\n\n<iframe src=a.html />\n\nTwo words.\n")))
			.startsWith("iframe: a.html, 1")
			.endsWith(" characters");
	}

	@Test
	void itemsHaveTheNumbersThatThePageShows() {
		assertThat(TestReaders.texts(HtmlReader
			.read("""
					<ol type=a><li>x<li>y</ol><p>-<ol start=5><li value=9>x<li>y</ol><p>-<ol reversed><li>x<li>y</ol><p>-
					<ol type=I start=3><li>x<li>y</ol><p>-<ol start=0><li>x<li>y</ol><p>-
					<ol style='list-style-type: upper-alpha' start=26><li>x<li>y</ol><p>-<ol type=i><li type=1>x<li>y</ol>""")))
			.containsExactly("a. x\nb. y", "-", "9. x\n10. y", "-", "2. x\n1. y", "-", "III. x\nIV. y", "-",
					"0. x\n1. y", "-", "Z. x\nAA. y", "-", "1. x\nii. y");
	}

	@Test
	void linesOfAListingThatAreElementsAreLines() {
		String first = "<span class='line'>a <span class=line>b</span> c</span>";
		assertThat(TestReaders.blocks(HtmlReader.read("<pre><code>" + first + "<span class='line hl'>d</span>"
				+ "<span class=line></span>\n<span class=line>e\n</span><span class=line>f</span></code></pre><p>x</p>"
				+ "<pre><div class=token-line>a<br></div><div>b</div>\n<div>c</div>d</pre><pre><span class='code-line'>a"
				+ "</span><span class='code-line'>b</span><span class=line-number>c</span></pre>")))
			.containsExactly(new Block(Kind.CODE, "a b c\nd\ne\nf"), Block.prose("x"),
					new Block(Kind.CODE, "a\nb\nc\nd"), new Block(Kind.CODE, "a\nbc"));
	}

	/** What looks for an end at each place takes minutes for this. */
	@ParameterizedTest
	@ValueSource(strings = { "<a ", "<a '", "<a \"'", "<a '>", "<![CDATA[", "<!--", "<script>", "<script/>", "<a b=c/",
			"<", "</" })
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
	void unendedMarkupIsReadInLinearTime(String markup) {
		assertThat(XhtmlSource.toHtml(markup.repeat(1_000_000 / markup.length()) + "<b/>")).isNotEmpty();
	}

}
