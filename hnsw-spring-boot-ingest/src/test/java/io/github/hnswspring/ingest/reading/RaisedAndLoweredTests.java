package io.github.hnswspring.ingest.reading;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

import org.apache.poi.xwpf.usermodel.VerticalAlign;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Raised and lowered characters never become part of the number or word before them. */
class RaisedAndLoweredTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			6.02×10<sup>23</sup> atoms, 10<sup>-6</sup> m    | 6.02×10^23 atoms, 10^-6 m
			x<sub>i</sub><sup>2</sup> and x<sup>n+1</sup>    | x_i^2 and x^(n+1)
			H<sub>2</sub>O, Ca<sup>2+</sup>, 10<sub>2</sub>  | H2O, Ca^2+, 10_2
			<i>x</i><sup>2</sup>, <b>10<sup>6</sup></b>5     | x^2, 10^6 5
			the 1<sup>st</sup>, M<sup>me</sup> B, n<sup>o</sup> 4 | the 1st, Mme B, no 4
			Acme<sup>TM</sup> and Foo<sup>®</sup>            | Acme™ and Foo®
			3<sup>1</sup>/<sub>2</sub> pounds                | 3 1/2 pounds
			Apples<sup>3</sup> and pears<sup>*</sup>.        | Apples^3 and pears*.
			Apples<sup><a href='#n'>3</a></sup> grow.        | Apples[3] grow.
			Apples<a href='#n'><sup>3</sup></a> grow.        | Apples[3] grow.
			Apples<a href='x#n' role=doc-noteref>3</a> grow. | Apples[3] grow.
			Apples<sup class=reference>[3]</sup> grow.       | Apples[3] grow.
			<sup>3</sup>Only ripe ones<sup>see below</sup>   | 3 Only ripe ones see below
			""")
	void inHtml(String html, String text) {
		assertThat(TestReaders.texts(HtmlReader.read("<p>" + html))).containsExactly(text);
		assertThat(TestReaders.texts(HtmlReader.read("<table><tr><td>" + html + "<td>1</table>")))
			.containsExactly("| " + text + " | 1 |");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			<msup><mn>10</mn><mn>6</mn></msup>                                             | 10^6
			<msubsup><mi>x</mi><mi>i</mi><mrow><mn>2</mn><mi>n</mi></mrow></msubsup>       | x_i^2n
			<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>                | E = mc^2
			<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>           | (a+b)/2
			<msqrt><mi>x</mi></msqrt><mo>&#x2062;</mo><mn>2</mn><mn>3</mn>                 | √(x) 2 3
			<semantics><mn>7</mn><annotation encoding=application/x-tex>\\seven</annotation></semantics> | 7
			""")
	void inFormulas(String formula, String text) {
		assertThat(TestReaders.texts(HtmlReader.read("<p>So <math>" + formula + "</math>.")))
			.containsExactly("So " + text + ".");
	}

	@Test
	void aFormulaForTheEyeIsNotReadTwice() {
		Reading reading = HtmlReader.read("<p>So <span class=katex><span class=katex-mathml><math><msup><mi>x</mi>"
				+ "<mn>2</mn></msup></math></span><span class=katex-html aria-hidden=true>x<span>2</span></span></span>.");
		assertThat(TestReaders.texts(reading)).containsExactly("So x^2.");
	}

	@Test
	void inMarkdownAndAsciiDoc() {
		assertThat(TestReaders.texts(MarkdownReader.read("At most 10<sup>6</sup> rows.")))
			.containsExactly("At most 10^6 rows.");
		assertThat(
				TestReaders.texts(TestReaders.read(DocumentFormat.ASCIIDOC, "At most 10^6^ rows of H~2~O and x~max~.")))
			.containsExactly("At most 10^6 rows of H2O and x_max.");
	}

	@Test
	void inNotesThatAreMoved() {
		assertThat(TestReaders.texts(HtmlReader.read("<p>Apples<sup><a href=#n>1</a></sup> grow.<div class=footnotes>"
				+ "<ol><li id=n><p>About 10<sup>6</sup> of them.</p><p>Yes.</p></ol></div>")))
			.containsExactly("Apples[1] grow.", "[1] About 10^6 of them.", "Yes.");
	}

	@Test
	void inWord() throws IOException {
		try (XWPFDocument document = new XWPFDocument(); ByteArrayOutputStream out = new ByteArrayOutputStream()) {
			write(document.createParagraph());
			write(document.createTable(1, 2).getRow(0).getCell(0).getParagraphs().get(0));
			document.write(out);
			assertThat(TestReaders.texts(TestReaders.read(DocumentFormat.OFFICE, out.toByteArray())))
				.containsExactly("It weighs 10^-6 kg of H2O.", "| It weighs 10^-6 kg of H2O. |  |");
		}
	}

	private static void write(XWPFParagraph paragraph) {
		paragraph.createRun().setText("It weighs 10");
		for (String part : new String[] { "-", "6" }) {
			XWPFRun raised = paragraph.createRun();
			raised.setSubscript(VerticalAlign.SUPERSCRIPT);
			raised.setText(part);
		}
		paragraph.createRun().setText(" kg of H");
		XWPFRun lowered = paragraph.createRun();
		lowered.setSubscript(VerticalAlign.SUBSCRIPT);
		lowered.setText("2");
		paragraph.createRun().setText("O.");
	}

}
