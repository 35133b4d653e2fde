package io.github.hnswspring.ingest.reading;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpServer;
import io.github.hnswspring.fixtures.HostileFiles;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Documents that want something of who reads them. */
class HostileDocumentsTests {

	@TempDir
	private Path directory;

	@Test
	void anExternalEntityIsNotFollowed() throws IOException {
		Path secret = Files.writeString(this.directory.resolve("secret"), "top secret");
		String html = "<!DOCTYPE html [<!ENTITY x SYSTEM \"" + secret.toUri()
				+ "\"> <!ENTITY y \"&x;&x;\">]><html><p>Before &x; &y; after</p><iframe src='" + secret.toUri() + "'>";
		assertThat(TestReaders.texts(TestReaders.read(DocumentFormat.HTML, html)).toString())
			.contains("Before &x; &y; after")
			.doesNotContain("top secret");
	}

	@Test
	void entitiesDoNotMultiply() {
		StringBuilder types = new StringBuilder("<!DOCTYPE html [<!ENTITY e0 \"laugh\">");
		for (int i = 1; i < 10; i++) {
			types.append("<!ENTITY e" + i + " \"" + ("&e" + (i - 1) + ";").repeat(10) + "\">");
		}
		assertThat(TestReaders.texts(TestReaders.read(DocumentFormat.HTML, types + "]><html><p>Before &e9; after</p>"))
			.toString()).contains("Before &e9; after").hasSizeLessThan(10_000);
	}

	@Test
	void attributesDoNotMultiply() {
		StringBuilder document = new StringBuilder("= Title\n:a0: laugh\n");
		for (int i = 1; i < 12; i++) {
			document.append(":a" + i + ": " + ("{a" + (i - 1) + "}").repeat(10) + "\n");
		}
		Reading reading = TestReaders.read(DocumentFormat.ASCIIDOC, document + "\nBefore {a11} after\n");
		assertThat(reading.report().characters()).isLessThan(10_000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "include::%s[]", "----\ninclude::%s[]\n----", "|===\na|include::%s[]\n|===",
			":docinfo: shared\n:docinfodir: %s\n\nwords", ":data-uri:\n\nimage::%s[words]",
			"[graphviz,target=%s]\n----\nwords\n----", "video::%s[]\n\nwords", ":stylesheet: %s\n\nwords",
			"[%%interactive]\ninclude::./%s[]", "ifdef::x[include::%s[]]\nwords",
			"{set:path:%s}\n\ninclude::{path}[]\n\nwords", "[source,ruby,subs=macros]\n----\ninclude::%s[]\n----",
			"csv table:\n\n[format=csv]\n,===\ninclude::%s[]\n,===" })
	void asciiDocReadsNoOtherFile(String document) throws IOException {
		Path secret = Files.writeString(this.directory.resolve("secret.adoc"), "top secret");
		try {
			Reading reading = TestReaders.read(DocumentFormat.ASCIIDOC,
					"= Title\n\nwords\n\n" + document.formatted(secret) + "\n");
			assertThat(reading.sections().toString()).contains("words").doesNotContain("top secret");
		}
		catch (UnreadableDocumentException ex) {
			assertThat(ex.reason()).isEqualTo(Reason.NO_TEXT);
		}
	}

	@Test
	void asciiDocRunsNothing() {
		Path trace = this.directory.resolve("trace");
		Reading reading = TestReaders.read(DocumentFormat.ASCIIDOC, """
				= Title
				:source-highlighter: ./%1$s
				:requires: ./%1$s
				:backend: docbook5
				:template-engine: erb

				pass:[<script>alert(1)</script>]Words before {user-home} and {docdir}.

				++++
				<img src=x onerror=alert(2)>More words.
				++++

				[source,ruby]
				----
				<%% File.write('%1$s', 'x') %%>
				----
				""".formatted(trace));
		assertThat(trace).doesNotExist();
		assertThat(reading.sections().toString()).contains("Words before", "More words.")
			.doesNotContain("alert", System.getProperty("user.home"));
	}

	@Test
	void nothingThatADocumentNamesIsFetched() throws Exception {
		List<String> fetched = new CopyOnWriteArrayList<>();
		HttpServer elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		elsewhere.createContext("/", (exchange) -> {
			fetched.add(exchange.getRequestURI().toString());
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		});
		elsewhere.start();
		String address = "http://127.0.0.1:" + elsewhere.getAddress().getPort() + "/";
		try {
			String html = "<!DOCTYPE html SYSTEM '%1$sdtd' [<!ENTITY x SYSTEM '%1$sx'>]><html><head><base href='%1$s'>"
				.formatted(address)
					+ "<link rel=stylesheet href=css><meta http-equiv=refresh content='0;url=meta'></head>"
					+ "<p>Words &x;<img src=img><script src=js></script><iframe src=frame></iframe>";
			for (DocumentFormat format : List.of(DocumentFormat.HTML, DocumentFormat.MARKDOWN)) {
				assertThat(TestReaders.read(format, html).sections().toString()).contains("Words");
			}
			assertThat(TestReaders.read(DocumentFormat.PDF, HostileFiles.pdfThatCallsHome(address, "Of apples."))
				.sections()
				.toString()).contains("Of apples.");
			assertThat(TestReaders
				.read(DocumentFormat.ASCIIDOC,
						":allow-uri-read:\n:data-uri:\n:icons: font\n:kroki-server-url: " + address + "\n\ninclude::"
								+ address + "adoc[]\n\nWords image:" + address + "adoc2[]\n\nimage::" + address
								+ "adoc3[opts=inline]\n")
				.sections()
				.toString()).contains("Words");
		}
		finally {
			elsewhere.stop(0);
		}
		assertThat(fetched).isEmpty();
	}

	@Test
	@Timeout(180)
	void markupThatIsNestedVeryDeeplyIsReadOrRefused() {
		for (String unit : List.of("<div>", "<ul><li>", "<table><tr><td>", "<b>", "<blockquote>", "<nav>", "<pre>")) {
			readOrRefuse(DocumentFormat.HTML, unit.repeat(20_000 / unit.length()) + "deep");
		}
		for (String unit : List.of("> ", "- ", "*a **b ", "![", "<div>\n\n", "1. ")) {
			readOrRefuse(DocumentFormat.MARKDOWN, unit.repeat(10_000 / unit.length()) + "deep");
		}
		readOrRefuse(DocumentFormat.ASCIIDOC, "*".repeat(2_000) + " deep\n\n" + "[[[".repeat(1_000));
		// And the process is as good as before.
		assertThat(TestReaders.texts(TestReaders.read(DocumentFormat.HTML, "<p>Well."))).containsExactly("Well.");
	}

	private static void readOrRefuse(DocumentFormat format, String document) {
		try {
			assertThat(TestReaders.read(format, document).sections()).isNotEmpty();
		}
		catch (UnreadableDocumentException ex) {
			assertThat(ex.reason()).isIn(Reason.TOO_LARGE, Reason.NO_TEXT);
		}
	}

	@Test
	void aTableWithSpansMadeToBeLargeIsReadOrRefused() {
		readOrRefuse(DocumentFormat.HTML,
				"<table>" + "<tr><td rowspan=65534 colspan=1000>x<td>y".repeat(3_000) + "</table>");
	}

	@Test
	@Timeout(180)
	void aPdfOfManyPagesIsRefusedOnceItHasTooMuchText() throws IOException {
		String[] pages = new String[TestReaders.MAX_CHARACTERS / 500];
		Arrays.fill(pages, "words ".repeat(100));
		byte[] pdf = HostileFiles.pdf(pages);
		assertThatExceptionOfType(UnreadableDocumentException.class)
			.isThrownBy(() -> TestReaders.read(DocumentFormat.PDF, pdf))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TOO_LARGE))
			.withMessageContaining(String.valueOf(TestReaders.MAX_CHARACTERS));
	}

	@ParameterizedTest
	@ValueSource(strings = { "MARKDOWN", "ASCIIDOC", "TEXT", "CSV" })
	void textThatIsTooLongIsRefusedBeforeItIsParsed(DocumentFormat format) {
		String lines = "\n".repeat(TestReaders.MAX_CHARACTERS + 1);
		assertThatExceptionOfType(UnreadableDocumentException.class).isThrownBy(() -> TestReaders.read(format, lines))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TOO_LARGE));
	}

	@ParameterizedTest
	@ValueSource(strings = { "MARKDOWN", "ASCIIDOC", "TEXT", "CSV", "HTML" })
	void aBinaryFileIsNoTextWhateverItIsCalled(DocumentFormat format) throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.write(HostileFiles.nestedZip());
		assertThatExceptionOfType(UnreadableDocumentException.class)
			.isThrownBy(() -> TestReaders.read(format, bytes.toByteArray()))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.UNSUPPORTED));
		assertThatExceptionOfType(UnreadableDocumentException.class)
			.isThrownBy(() -> TestReaders.read(DocumentFormat.PDF, "no pdf".getBytes(StandardCharsets.UTF_8)))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.UNSUPPORTED));
	}

	@Test
	@Timeout(180)
	void noLineOfMarkupTakesMoreThanLinearTime() {
		for (String unit : List.of("[", "![](", "](", "<<a,", "link:[", "`", "# ", "|--", "***", "https://x[", "[[a](b",
				"<!--", "a,b;", "Dr. ", "3.x", "<meta charset ", "---\n", "title: \n")) {
			String line = unit.repeat(20_000 / unit.length());
			MarkdownReader.read(line);
			PlainTextReader.read(line, new LeftOuts());
			CsvReader.read(line, new LeftOuts());
			TextDecoder.decodePage(line.getBytes(StandardCharsets.UTF_8), new LeftOuts());
			Sentences.split(line);
			WordPieces.estimate(line);
		}
	}

}
