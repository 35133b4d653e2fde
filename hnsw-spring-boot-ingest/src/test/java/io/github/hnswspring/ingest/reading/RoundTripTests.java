package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Documents are written at random in every format, with sentences planted in headings'
 * sections, lists, tables, listings and quotations: each is found exactly once in what is
 * read, and its chunk says below which heading it stood.
 */
class RoundTripTests {

	private static final List<String> WORDS = List.of("harbour", "crane", "mill", "lamp", "rope", "barrel", "window",
			"copper", "garden", "winter", "ferry", "market", "tower", "bridge", "anchor", "valley");

	@TempDir
	private Path directory;

	private final long seed = System.nanoTime();

	private final Random random = new Random(this.seed);

	private int next;

	private final List<String> planted = new ArrayList<>();

	@Test
	void everySentenceOfAMarkdownDocumentIsReadOnce() {
		check(DocumentFormat.MARKDOWN, "# ", "\n\n",
				List.of("%s %s", "- %s\n- %s", "1. %s\n2. %s", "> %s\n> %s", "| A | B |\n|---|---|\n| %s | %s |",
						"```\n%s\n%s\n```", "    %s\n    %s", "%s\\\n%s", "<div>%s</div>\n%s", "- %s\n\n  %s",
						"<!-- note --> %s *%s*", "%s [link](x) ![picture](y.png) %s"));
	}

	@Test
	void everySentenceOfAnAsciiDocDocumentIsReadOnce() {
		check(DocumentFormat.ASCIIDOC, "== ", "\n\n",
				List.of("%s %s", "* %s\n* %s", ". %s\n. %s", "|===\n|A |B\n\n|%s |%s\n|===", "----\n%s\n%s\n----",
						"NOTE: %s\n\n%s", "====\n%s\n\n%s\n====", "****\n%s\n****\n\n%s",
						"term:: %s\nother:: %s\n\n//-", "____\n%s\n____\n\n%s", "// a comment\n%s\n_%s_",
						"[horizontal]\na:: %s\nb:: %s\n\n//-"));
	}

	@Test
	void everySentenceOfAPageIsReadOnce() {
		check(DocumentFormat.HTML, "<h2>", "\n",
				List.of("<p>%s %s", "<ul><li>%s<li>%s</ul>", "<table><tr><td>%s<td>%s</table>", "<pre>%s\n%s</pre>",
						"<aside>%s</aside><form>%s</form>", "<dl><dt>%s<dd>%s</dl>", "<div>%s<div>%s</div></div>",
						"<blockquote>%s</blockquote><footer>%s</footer>", "<section><b>%s</b><br><i>%s</i></section>",
						"<details><summary>%s</summary>%s</details>", "<div role=tabpanel hidden>%s</div><nav>%s</nav>",
						"<figure><figcaption>%s</figcaption></figure><my-card>%s</my-card>"));
	}

	@Test
	void everySentenceOfAPlainTextIsReadOnce() {
		check(DocumentFormat.TEXT, "", "\n\n", List.of("%s %s", "- %s\n- %s", "%s\n%s", "1. %s\n2. %s"));
	}

	@Test
	void everySentenceOfAPdfIsReadOnce() throws IOException {
		PdfPage[] pages = new PdfPage[4];
		for (int i = 0; i < pages.length; i++) {
			boolean wide = i % 2 == 0;
			float width = wide ? 500 : 240;
			pages[i] = new PdfPage().text(54, 72, width, 10, paragraph(12))
				.text(wide ? 54 : 318, wide ? 400 : 72, width, 10, paragraph(12));
		}
		Path file = PdfPage.write(this.directory.resolve("pages.pdf"), pages);
		checkRead(TestReaders.read(DocumentFormat.PDF, Files.readAllBytes(file)));
	}

	private String paragraph(int sentences) {
		return IntStream.range(0, sentences).mapToObj((i) -> sentence()).collect(Collectors.joining(" "));
	}

	private void check(DocumentFormat format, String heading, String separator, List<String> templates) {
		StringBuilder document = new StringBuilder();
		for (int section = 0; section < 8; section++) {
			if (!heading.isEmpty()) {
				document.append(heading).append("Part ").append(section);
				document.append(heading.startsWith("<") ? heading.replace("<", "</") : "").append(separator);
			}
			for (int i = 0; i < 8; i++) {
				String template = templates.get(this.random.nextInt(templates.size()));
				document.append(template.formatted(sentence(), sentence())).append(separator);
			}
		}
		Reading reading = TestReaders.read(format, document.toString());
		checkRead(reading);
		if (!heading.isEmpty()) {
			assertThat(reading.sections()).as("seed %d", this.seed)
				.extracting((section) -> section.headings().get(section.headings().size() - 1))
				.containsExactlyElementsOf(IntStream.range(0, 8).mapToObj((i) -> "Part " + i).toList());
		}
	}

	private void checkRead(Reading reading) {
		String all = String.join("\n", TestReaders.texts(reading));
		List<Chunk> chunks = new SectionSplitter().split(reading.sections());
		for (String sentence : this.planted) {
			assertThat(all.split(Pattern.quote(sentence), -1).length - 1)
				.as("seed %d: %s in\n%s", this.seed, sentence, all)
				.isEqualTo(1);
			assertThat(chunks).as("seed %d: %s", this.seed, sentence)
				.anyMatch((chunk) -> chunk.text().contains(sentence));
		}
	}

	private String sentence() {
		String words = IntStream.range(0, 4 + this.random.nextInt(6))
			.mapToObj((i) -> WORDS.get(this.random.nextInt(WORDS.size())))
			.collect(Collectors.joining(" "));
		String sentence = "Sentence " + (1000 + this.next++) + " names " + words + ".";
		this.planted.add(sentence);
		return sentence;
	}

}
