package io.github.hnswspring.ingest.reading;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.hnswspring.ingest.reading.Block.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Words of a document that are easily overlooked are in a passage all the same. */
class NothingIsLostTests {

	private static final String LONG_HEADING = "Why the quokka manifold must never be opened while the turbine is under "
			+ "load and the relief valve has not been inspected by two qualified engineers within the last twelve months "
			+ "of operation according to the handbook";

	@Test
	void aHeadingWithoutTextIsText() {
		Reading reading = markdown(
				"# Guide\n\n## Resetting the password\n\n## Renaming\n\n## Other\n\nText.\n\n# Last");
		assertThat(reading.sections()).containsExactly(
				Section.ofProse(List.of("Guide"), List.of("Resetting the password", "Renaming"), 0),
				Section.ofProse(List.of("Guide", "Other"), List.of("Text."), 0),
				Section.ofProse(List.of(), List.of("Last"), 0));
		assertThat(markdown("# A\n\n## B\n\n### C\n\n# D\n\nText.").sections()).containsExactly(
				Section.ofProse(List.of("A", "B"), List.of("C"), 0),
				Section.ofProse(List.of("D"), List.of("Text."), 0));
	}

	@Test
	void theTitleOfAPageWithoutTextIsNoText() {
		assertThat(HtmlReader.read("<title>Page</title><p> </p>").sections()).isEmpty();
		assertThat(HtmlReader.read("<h1>Page</h1><nav><a href='/a'>Apples</a></nav>").sections())
			.containsExactly(Section.ofProse(List.of("Page"), List.of("Apples"), 0));
	}

	@Test
	void aHeadingThatIsTooLongForThePathIsText() {
		List<Chunk> chunks = new SectionSplitter()
			.split(markdown("# " + LONG_HEADING + "\n\nBecause.\n\n## Short\n\n### " + LONG_HEADING + " again\n\nText.")
				.sections());
		assertThat(chunks).extracting(Chunk::section).containsExactly("", "");
		assertThat(chunks).extracting(Chunk::text)
			.containsExactly(LONG_HEADING + "\n\nBecause.", "Short\n\n" + LONG_HEADING + " again\n\nText.");
	}

	@Test
	void allColumnsOfATableAreRead() {
		String row = IntStream.range(0, 250)
			.mapToObj((i) -> "v" + i + "x")
			.collect(Collectors.joining("|", "|", "|\n"));
		String table = row.replace('v', 'c') + "|-".repeat(250) + "|\n" + row;
		assertThat(TestReaders.texts(markdown(table)).toString()).contains("v199x", "v200x", "v249x", "c249x");
	}

	@Test
	void aRowOfMarkdownWithMoreCellsThanColumnsKeepsThem() {
		assertThat(TestReaders.blocks(markdown("""
				| a | b |
				|---|---|
				| 1 | 2 | *3* | `4 \\| 5` |
				| 6 |

				> a | b
				> --|--
				> 7 | 8 | [nine](n)

				| c | d |
				|---|---|
				| 10 | 11 |
				"""))).containsExactly(
				new Block(Kind.TABLE, "| a | b |  |  |\n| 1 | 2 | 3 | 4 \\| 5 |\n| 6 |  |  |  |"),
				new Block(Kind.TABLE, "| a | b |  |\n| 7 | 8 | nine |"),
				new Block(Kind.TABLE, "| c | d |\n| 10 | 11 |"));
	}

	/** Each further row would get as many cells as the longest. */
	@Test
	void aRowThatWouldMakeATableHugeIsToldToBeCut() {
		Reading reading = markdown("| a |\n|---|\n" + "| 1 |\n".repeat(2_000) + "| 2 ".repeat(2_000) + "|\n");
		assertThat(TestReaders.leftOut(reading)).contains("cells of a row");
		assertThat(TestReaders.blocks(reading)).hasSize(1);
	}

	@Test
	void aFootnoteStandsWithTheParagraphThatRefersToIt() {
		String text = """
				# A

				Apples[^1] and pears[^pear] grow.

				# B

				Plums.

				```
				[^1]: code
				```

				[^1]: Red or *green* ones.
				[^pear]: Juicy
				[^none]: Without a reference.
				""";
		assertThat(markdown(text).sections()).extracting(Section::headings).containsExactly(List.of("A"), List.of("B"));
		assertThat(markdown(text).sections().get(0).texts())
			.containsExactlyInAnyOrder("Apples[^1] and pears[^pear] grow.", "[^1] Red or green ones.", "[^pear] Juicy");
		assertThat(markdown(text).sections().get(1).texts()).containsExactly("Plums.", "[^1]: code",
				"[^none]: Without a reference.");
		Reading asciiDoc = TestReaders.read(DocumentFormat.ASCIIDOC,
				"= T\n\n== A\n\nApplesfootnote:[Red ones.] grow.\n\n== B\n\nPlums.\n");
		assertThat(asciiDoc.sections().get(0).texts()).hasSize(2).last().isEqualTo("[1] Red ones.");
		assertThat(asciiDoc.sections().get(1).texts()).containsExactly("Plums.");
	}

	@Test
	void codeInAsciiDocStaysAsItIs() {
		Reading reading = TestReaders.read(DocumentFormat.ASCIIDOC, """
				= T

				Use `file:/etc/config/myconfig[.yaml]` or `config:servers[0]`, and write `hash:items[first=1]`.

				See config:servers[0], extension:Target[the words] and configprop:spring.name[format=x].
				""");
		assertThat(TestReaders.texts(reading)).containsExactly(
				"Use file:/etc/config/myconfig[.yaml] or config:servers[0], and write hash:items[first=1].",
				"See config:servers[0], the words and spring.name.");
		assertThat(TestReaders.leftOut(reading)).isEqualTo(
				"macro of an extension (2 times): " + "extension:Target[the words], configprop:spring.name[format=x]");
	}

	@Test
	void noCharacterIsCut() {
		String smile = "\uD83D\uDE00";
		assertThat(Readings.shortened("a" + smile, 2)).isEqualTo("a…");
		assertThat(Readings.shortened("a" + smile, 3)).isEqualTo("a" + smile);
		String title = markdown("---\ntitle: " + "a".repeat(299) + smile + " end\n---\nText.").report().title();
		assertThat(title).isEqualTo("a".repeat(299) + "…");
		LeftOuts leftOut = new LeftOuts();
		leftOut.add("file", "why", smile.repeat(150) + "a");
		leftOut.add("other", "why", "a" + smile.repeat(150));
		assertThat(leftOut.finish()).extracting(LeftOut::what)
			.containsExactly("file: " + smile.repeat(100) + "…", "other: a" + smile.repeat(99) + "…");
		List<Chunk> chunks = new SectionSplitter()
			.split(List.of(Section.ofProse(List.of(), List.of("a" + smile.repeat(5_000)), 0)));
		assertThat(chunks).hasSizeGreaterThan(10).allSatisfy((chunk) -> {
			assertThat(WordPieces.estimate(chunk.text())).isLessThanOrEqualTo(SectionSplitter.MAX_PIECES);
			assertThat(chunk.text().codePoints()).noneMatch((c) -> c >= 0xD800 && c <= 0xDFFF);
		});
	}

	private static Reading markdown(String text) {
		return MarkdownReader.read(text);
	}

}
