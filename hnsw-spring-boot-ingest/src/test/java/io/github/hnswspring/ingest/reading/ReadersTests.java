package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpServer;
import io.github.hnswspring.fixtures.HostileFiles;
import io.github.hnswspring.ingest.reading.Block.Kind;
import io.github.hnswspring.ingest.reading.UnreadableDocumentException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ReadersTests {

	@TempDir
	private Path directory;

	@Test
	void markdownHasHeadingsListingsTablesAndLinks() {
		List<Section> sections = MarkdownReader.read("""
				---
				title: left out
				---
				# Title
				An [introduction](https://example.com/a) that an editor
				has wrapped in the middle.

				<!-- a comment
				over two lines -->
				Setext
				------
				| a | b |
				|---|---|
				| 1 | 2 |

				```java
				# no heading
				int x = 1;
				```
				### Deep ###
				- one
				- two
				## Next
				Last.
				""");
		assertThat(sections).containsExactly(
				Section.ofProse(List.of("Title"), List.of("An introduction that an editor has wrapped in the middle."),
						0),
				new Section(List.of("Title", "Setext"),
						List.of(new Block(Kind.ROWS, "| a | b |\n| 1 | 2 |"),
								new Block(Kind.CODE, "# no heading\nint x = 1;")),
						0),
				new Section(List.of("Title", "Setext", "Deep"), List.of(new Block(Kind.LIST, "- one\n- two")), 0),
				Section.ofProse(List.of("Title", "Next"), List.of("Last."), 0));
	}

	@Test
	void asciiDocHasSectionsListingsAndNoIncludes() {
		List<Section> sections = AsciiDocReader.read("""
				= Manual
				:toc: left

				Read <<start,the start>> or https://example.com[the site].

				// a comment
				////
				a long comment
				////
				include::/etc/passwd[]
				== Install
				[source,shell]
				.Example
				----
				== no section
				run it
				----
				* one
				* two
				""");
		assertThat(sections).containsExactly(
				Section.ofProse(List.of("Manual"), List.of("Read the start or the site."), 0),
				new Section(
						List.of("Manual", "Install"), List.of(Block.prose("Example"),
								new Block(Kind.CODE, "== no section\nrun it"), new Block(Kind.LIST, "* one\n* two")),
						0));
	}

	@Test
	void htmlHasHeadingsAndNoScriptsOrNavigation() {
		List<Section> sections = HtmlReader.read("""
				<html><head><title>Page</title><style>p{}</style></head><body>
				<nav>Home</nav><script>alert(1)</script>
				<h1>Bread</h1><p>Flour, <b>water</b> and salt.</p>
				<h2>Steps</h2><ul><li>Mix</li><li>Bake</li></ul><pre>a
				  b</pre><table><tr><th>Hour</th><td>1</td></tr></table>
				</body></html>""");
		assertThat(sections).hasSize(2);
		assertThat(sections.get(0)).isEqualTo(Section.ofProse(List.of("Bread"), List.of("Flour, water and salt."), 0));
		assertThat(sections.get(1).headings()).containsExactly("Bread", "Steps");
		assertThat(String.join("/", sections.get(1).texts())).contains("Mix\nBake", "a\n  b", "Hour | 1")
			.doesNotContain("alert", "Home");
	}

	@Test
	void anExternalEntityIsNotFollowed() throws IOException {
		Path secret = Files.writeString(this.directory.resolve("secret"), "top secret");
		List<Section> sections = HtmlReader.read("<!DOCTYPE html [<!ENTITY x SYSTEM \"" + secret.toUri()
				+ "\"> <!ENTITY y \"&x;&x;\">]><html><p>Before &x; &y; after</p><iframe src='" + secret.toUri() + "'>");
		assertThat(sections.toString()).contains("Before &x; &y; after").doesNotContain("top secret");
	}

	@Test
	void entitiesDoNotMultiply() {
		StringBuilder types = new StringBuilder("<!DOCTYPE html [<!ENTITY e0 \"laugh\">");
		for (int i = 1; i < 10; i++) {
			types.append("<!ENTITY e" + i + " \"" + ("&e" + (i - 1) + ";").repeat(10) + "\">");
		}
		List<Section> sections = HtmlReader.read(types + "]><html><p>Before &e9; after</p></html>");
		assertThat(sections.toString()).contains("Before &e9; after").hasSizeLessThan(10_000);
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
			Path html = Files.writeString(this.directory.resolve("h"),
					"<!DOCTYPE html SYSTEM '%1$sdtd' [<!ENTITY x SYSTEM '%1$sx'>]><html><head><base href='%1$s'>"
						.formatted(address)
							+ "<link rel=stylesheet href=css><meta http-equiv=refresh content='0;url=meta'></head>"
							+ "<p>Words &x;<img src=img><script src=js></script><iframe src=frame></iframe>");
			assertThat(reader(Duration.ofSeconds(30)).read(DocumentFormat.HTML, html).toString()).contains("Words");
			Path pdf = Files.write(this.directory.resolve("p"), HostileFiles.pdfThatCallsHome(address, "Of apples."));
			assertThat(reader(Duration.ofSeconds(30)).read(DocumentFormat.PDF, pdf).toString()).contains("Of apples.");
			MarkdownReader.read("![picture](" + address + "md)\n<img src='" + address + "md2'>\n");
			AsciiDocReader.read("include::" + address + "adoc[]\nimage::" + address + "adoc2[]\n");
		}
		finally {
			elsewhere.stop(0);
		}
		assertThat(fetched).isEmpty();
	}

	@Test
	void plainTextIsJoinedWhereAnEditorWrappedIt() {
		List<Section> sections = PlainTextReader.read("""
				This line was wrapped by an editor somewhere
				in the middle of a sentence.

				Short
				lines
				stay
				""");
		assertThat(sections.get(0).texts()).containsExactly(
				"This line was wrapped by an editor somewhere in the middle of a sentence.", "Short\nlines\nstay");
	}

	@Test
	void aPdfIsReadPageByPageInAJvmOfItsOwn() throws IOException {
		Path file = Files.write(this.directory.resolve("x"), HostileFiles.pdf("Of apples.", "", "Of pears."));
		List<Section> sections = reader(Duration.ofSeconds(30)).read(DocumentFormat.PDF, file);
		assertThat(sections).containsExactly(Section.ofProse(List.of(), List.of("Of apples."), 1),
				Section.ofProse(List.of(), List.of("Of pears."), 3));
	}

	@Test
	@Timeout(20)
	void readingThatTakesTooLongIsEnded() throws IOException {
		Path file = Files.write(this.directory.resolve("x"), HostileFiles.pdf("Of apples."));
		assertThatExceptionOfType(UnreadableDocumentException.class)
			.isThrownBy(() -> reader(Duration.ofMillis(20)).read(DocumentFormat.PDF, file))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TOO_LARGE))
			.withMessageContaining("takes longer");
	}

	@Test
	@Timeout(60)
	void aPdfThatUnpacksToGigabytesIsReadOrRefusedElsewhere() throws IOException {
		Path file = Files.write(this.directory.resolve("x"), HostileFiles.pdfBomb(2_000));
		try {
			assertThat(reader(Duration.ofSeconds(20)).read(DocumentFormat.PDF, file)).isEmpty();
		}
		catch (UnreadableDocumentException ex) {
			assertThat(ex.reason()).isEqualTo(Reason.TOO_LARGE);
		}
	}

	@Test
	@Timeout(60)
	void aPdfOfManyPagesIsRefusedOnceItHasTooMuchText() throws IOException {
		String[] pages = new String[300];
		Arrays.fill(pages, "words ".repeat(100));
		Path file = Files.write(this.directory.resolve("x"), HostileFiles.pdf(pages));
		assertThatExceptionOfType(UnreadableDocumentException.class)
			.isThrownBy(() -> reader(Duration.ofSeconds(30)).read(DocumentFormat.PDF, file))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TOO_LARGE))
			.withMessageContaining("100000");
	}

	@Test
	@Timeout(60)
	void aPdfThatClaimsManyPagesIsEnded() throws IOException {
		Path file = Files.write(this.directory.resolve("x"), HostileFiles.pdfThatClaimsManyPages());
		assertThatExceptionOfType(UnreadableDocumentException.class)
			.isThrownBy(() -> reader(Duration.ofSeconds(4)).read(DocumentFormat.PDF, file))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TOO_LARGE))
			.withMessageContaining("takes longer");
		assertThat(ProcessHandle.current().children().map((child) -> child.info().toString()))
			.as("the reader has ended")
			.noneMatch((child) -> child.contains(IsolatedMain.class.getSimpleName()));
	}

	@Test
	@Timeout(30)
	void readingThatNeedsTooMuchMemoryIsEnded() throws IOException {
		Path file = Files.writeString(this.directory.resolve("x"), "<p>paragraph of text</p>".repeat(400_000));
		IsolatedReader reader = new IsolatedReader(Duration.ofSeconds(20), DataSize.ofMegabytes(24), 100_000);
		assertThatExceptionOfType(UnreadableDocumentException.class)
			.isThrownBy(() -> reader.read(DocumentFormat.HTML, file))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.TOO_LARGE))
			.withMessageContaining("24 MB");
	}

	@Test
	@Timeout(60)
	void htmlThatIsNestedVeryDeeplyIsReadOrRefused() throws IOException {
		Path file = Files.writeString(this.directory.resolve("x"), "<div>".repeat(200_000) + "deep");
		try {
			assertThat(reader(Duration.ofSeconds(30)).read(DocumentFormat.HTML, file)).isNotEmpty();
		}
		catch (UnreadableDocumentException ex) {
			assertThat(ex.reason()).isEqualTo(Reason.TOO_LARGE);
		}
	}

	@Test
	@Timeout(20)
	void noLineOfMarkupTakesMoreThanLinearTime() {
		for (String unit : List.of("[", "![](", "](", "<<a,", "link:[", "`", "# ", "|--", "***", "https://x[",
				"[[a](b")) {
			String line = unit.repeat(300_000 / unit.length());
			MarkdownReader.read(line);
			AsciiDocReader.read(line);
			Sentences.split(line);
			WordPieces.estimate(line);
		}
	}

	@Test
	void textMustBeText() {
		assertThat(TextDecoder.decode("\uFEFFGrüße".getBytes(StandardCharsets.UTF_8))).isEqualTo("Grüße");
		assertThat(TextDecoder.decode("\uFEFFGrüße".getBytes(StandardCharsets.UTF_16BE))).isEqualTo("Grüße");
		assertThat(TextDecoder.decode("\uFEFFGrüße".getBytes(StandardCharsets.UTF_16LE))).isEqualTo("Grüße");
		for (byte[] binary : List.of(new byte[] { 'a', 0, 'b' }, new byte[] { (byte) 0xC3, '(' },
				"Grüße".getBytes(StandardCharsets.ISO_8859_1))) {
			assertThatExceptionOfType(UnreadableDocumentException.class).isThrownBy(() -> TextDecoder.decode(binary))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.UNSUPPORTED));
		}
	}

	private static IsolatedReader reader(Duration timeout) {
		return new IsolatedReader(timeout, DataSize.ofMegabytes(128), 100_000);
	}

}
