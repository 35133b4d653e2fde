package io.github.hnswspring.ingest.reading;

import java.util.List;
import java.util.stream.IntStream;

import io.github.hnswspring.fixtures.HostileFiles;
import io.github.hnswspring.ingest.reading.Block.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Each format as people write it, and as some tools do. */
class ReadersTests {

	@Test
	void markdownHasHeadingsListingsTablesAndLinks() {
		Reading reading = TestReaders.read(DocumentFormat.MARKDOWN, """
				# Title
				An [introduction](https://example.com/a) that an editor
				has wrapped in the middle.

				Setext
				------
				| a | b |
				|---|---|
				| 1 | 2 \\| 3 |

				```java
				# no heading

				  int x = 1;
				```
				### Deep ###
				- one
				  wrapped
				- two
				  1. inner
				## Next
				![A drawing of a crane](crane.png) Last.
				""");
		assertThat(reading.sections()).containsExactly(
				Section.ofProse(List.of("Title"), List.of("An introduction that an editor has wrapped in the middle."),
						0),
				new Section(List.of("Title", "Setext"),
						List.of(new Block(Kind.TABLE, "| a | b |\n| 1 | 2 \\| 3 |"),
								new Block(Kind.CODE, "# no heading\n\n  int x = 1;")),
						0),
				new Section(List.of("Title", "Setext", "Deep"),
						List.of(new Block(Kind.LIST, "- one wrapped\n- two\n  1. inner")), 0),
				Section.ofProse(List.of("Title", "Next"), List.of("A drawing of a crane Last."), 0));
		assertThat(reading.report().title()).isEqualTo("Title");
	}

	@Test
	void aFenceOnOneLineIsNoFence() {
		Reading reading = TestReaders.read(DocumentFormat.MARKDOWN, """
				# Kite shop

				## Build

				```mvn verify```

				## Start

				Listen on port 4100 so.

				```sh
				# for developers
				./start
				```

				## Release

				A release is made every Thursday at nine.
				""");
		assertThat(reading.sections()).extracting((section) -> section.headings().get(1))
			.containsExactly("Build", "Start", "Release");
		assertThat(reading.sections().get(2).texts()).containsExactly("A release is made every Thursday at nine.");
		assertThat(reading.sections().get(1).blocks().get(1))
			.isEqualTo(new Block(Kind.CODE, "# for developers\n./start"));
	}

	@Test
	void textBehindACommentIsText() {
		Reading reading = TestReaders.read(DocumentFormat.MARKDOWN, """
				# Notes

				<!-- contents --> The yellow door stands behind a comment.

				<!-- two
				lines --> The brown door stands behind another.

				The white door is plain. <!-- and one
				in it -->
				""");
		assertThat(String.join(" ", TestReaders.texts(reading))).contains("The yellow door stands behind a comment.",
				"The brown door stands behind another.", "The white door is plain.");
		assertThat(String.join(" ", TestReaders.texts(reading))).doesNotContain("contents", "two", "and one");
		assertThat(TestReaders.leftOut(reading)).contains("comment (3 times)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "---\ntitle: Keeping bees\ntags: [a, b]\n---\n\nFeed them.\n",
			"--- \ntitle: \"Keeping bees\"\ntags:\n  - a\n  - b\n--- \nFeed them.\n",
			"---\r\ntitle: Keeping bees\r\ntags: x\r\n...\r\nFeed them.\r\n",
			"+++\ntitle = \"Keeping bees\"\ntags = [\"a\"]\n+++\nFeed them.\n",
			"\uFEFF+++\ntitle = 'Keeping bees'\n[tags]\ntags = 1\n+++\nFeed them.\n",
			"---\ntitle: Keeping bees\ntags: [not: closed\n---\nFeed them.\n" })
	void frontMatterNamesTheDocumentAndIsNoText(String markdown) {
		for (DocumentFormat format : List.of(DocumentFormat.MARKDOWN, DocumentFormat.ASCIIDOC)) {
			Reading reading = TestReaders.read(format, markdown);
			assertThat(reading.report().title()).isEqualTo("Keeping bees");
			assertThat(reading.sections())
				.containsExactly(Section.ofProse(List.of("Keeping bees"), List.of("Feed them."), 0));
			assertThat(TestReaders.leftOut(reading)).contains("front matter");
		}
	}

	@Test
	void includesInMarkdownAreNamedAndNotFollowed() {
		Reading reading = TestReaders.read(DocumentFormat.MARKDOWN, """
				Look at the pump:

				```rust
				{{#rustdoc_include ../pumps/src/main.rs:here}}
				```

				{{#include /etc/hostname}} It {{runs}}.
				""");
		assertThat(TestReaders.texts(reading)).containsExactly("Look at the pump:", "It {{runs}}.");
		assertThat(TestReaders.leftOut(reading)).contains("../pumps/src/main.rs:here, /etc/hostname");
	}

	@Test
	void aLineOfHyphensIsNotAlwaysFrontMatter() {
		assertThat(TestReaders.texts(TestReaders.read(DocumentFormat.MARKDOWN,
				"---\n\nThe first words of a text.\n\n---\n\nThe last words of it.\n")))
			.containsExactly("The first words of a text.", "The last words of it.");
	}

	@Test
	void htmlInMarkdownIsReadAsSuch() {
		Reading reading = TestReaders.read(DocumentFormat.MARKDOWN, """
				<details><summary>More</summary>

				Some *hidden* words.

				</details>

				<table><tr><th>Key</th><th>Value</th></tr>
				<tr><td>depth</td><td>8</td></tr></table>

				A <b>bold</b> word.<br>A new line &amp; an `<inline>` one.
				""");
		assertThat(TestReaders.texts(reading)).containsExactly("More", "Some hidden words.",
				"| Key | Value |\n| depth | 8 |", "A bold word.\nA new line & an <inline> one.");
	}

	@Test
	void asciiDocHasSectionsListingsAndNoIncludes() {
		Reading reading = TestReaders.read(DocumentFormat.ASCIIDOC, """
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
				+
				more of two

				term:: its meaning
				""");
		assertThat(reading.sections()).containsExactly(
				Section.ofProse(List.of("Manual"), List.of("Read the start or the site."), 0),
				new Section(List.of("Manual", "Install"),
						List.of(Block.prose("Example"), new Block(Kind.CODE, "== no section\nrun it"),
								new Block(Kind.LIST, "- one\n- two\n  more of two\n  term: its meaning")),
						0));
		assertThat(TestReaders.leftOut(reading)).contains("include: /etc/passwd");
	}

	@Test
	void theTitleOfAsciiDocIsPlainTextAsItsHeadingsAre() {
		Reading reading = TestReaders.read(DocumentFormat.ASCIIDOC, """
				= Tom & Jerry's _guide_ -- `a < b`

				Of cats.
				""");
		assertThat(reading.report().title()).contains("Tom & Jerry\u2019s guide", "\u2014", "a < b")
			.doesNotContain("&#", "&amp;", "&lt;", "<em>")
			.isEqualTo(reading.sections().get(0).headings().get(0));
	}

	@Test
	void ofMacrosOfExtensionsTheirWordsStay() {
		Reading reading = TestReaders.read(DocumentFormat.ASCIIDOC,
				"""
						Set configprop:dock.gate.depth[] on javadoc:org.example.Gate[the gate] or javadoc:org.example.Lock[format=full].

						include-code::GateConfiguration[]

						----
						map:entry[0] stays
						----
						""");
		assertThat(TestReaders.texts(reading)).containsExactly("Set dock.gate.depth on the gate or org.example.Lock.",
				"map:entry[0] stays");
		assertThat(TestReaders.leftOut(reading)).contains("include-code::GateConfiguration");
	}

	@Test
	void asciiDocMayUnderlineItsTitles() {
		Reading reading = TestReaders.read(DocumentFormat.ASCIIDOC, """
				Mill Guide
				==========

				Wheels
				------
				The mill has four wheels.

				Prices
				------
				A sack costs nine coins.

				Visits
				------
				Ring the bell.
				""");
		assertThat(reading.report().title()).isEqualTo("Mill Guide");
		assertThat(reading.sections()).containsExactly(
				Section.ofProse(List.of("Mill Guide", "Wheels"), List.of("The mill has four wheels."), 0),
				Section.ofProse(List.of("Mill Guide", "Prices"), List.of("A sack costs nine coins."), 0),
				Section.ofProse(List.of("Mill Guide", "Visits"), List.of("Ring the bell."), 0));
	}

	@Test
	void asciiDocHasAttributesConditionsAdmonitionsAndTables() {
		Reading reading = TestReaders.read(DocumentFormat.ASCIIDOC, """
				= Upgrade notes
				:product: Heron
				:release: 2.9.4
				Some Writer <writer@example.org>
				v2.0, 2025-02-02

				== Fetch

				Take {product} {release} from the archive.

				ifdef::env-site[]
				Only on the site.
				endif::[]

				ifndef::env-site[]
				Everywhere else.
				endif::[]

				include::shared/terms.adoc[]

				== Bounds

				[cols="1,1,3"]
				|===
				|Name |Default |Meaning

				|max.boats
				|40
				|Most boats in the basin

				|max.crew |7 |Most people on a boat
				|===

				WARNING: Close the lock after a change.

				.Sample
				====
				A framed sample about sails.
				====

				[NOTE]
				====
				Two words.

				* and a list
				====
				""");
		assertThat(TestReaders.blocks(reading)).containsExactly(Block.prose("Take Heron 2.9.4 from the archive."),
				Block.prose("Everywhere else."),
				new Block(Kind.TABLE,
						"| Name | Default | Meaning |\n| max.boats | 40 | Most boats in the basin |\n"
								+ "| max.crew | 7 | Most people on a boat |"),
				Block.prose("Warning: Close the lock after a change."), Block.prose("Sample"),
				Block.prose("A framed sample about sails."), Block.prose("Note: Two words."),
				new Block(Kind.LIST, "- and a list"));
		assertThat(TestReaders.leftOut(reading)).contains("include: shared/terms.adoc", "condition: env-site",
				"Some Writer");
	}

	@Test
	void htmlHasHeadingsAndNoScriptsOrNavigation() {
		Reading reading = TestReaders.read(DocumentFormat.HTML, """
				<html><head><title>Page</title><style>p{}</style></head><body>
				<nav><a href=/>Home</a> <a href=/b>Other pages</a></nav><script>alert(1)</script>
				<h1>Bread<a href=#bread class=anchor>¶</a></h1><p>Flour, <b>water</b> and salt.</p>
				<h2>Steps</h2><ul><li>Mix</li><li><p>Bake</p></li></ul><pre>a
				  b</pre><table><tr><th>Hour</th><td>1</td></tr></table>
				<footer>Visit us in Mill Lane.</footer></body></html>""");
		assertThat(
				reading.sections())
			.containsExactly(Section.ofProse(List.of("Bread"), List.of("Flour, water and salt."), 0),
					new Section(List.of("Bread", "Steps"),
							List.of(new Block(Kind.LIST, "- Mix\n- Bake"), new Block(Kind.CODE, "a\n  b"),
									new Block(Kind.ROWS, "| Hour | 1 |"), Block.prose("Visit us in Mill Lane.")),
							0));
		assertThat(reading.report().title()).isEqualTo("Page");
		assertThat(TestReaders.leftOut(reading)).contains("navigation, 16 characters", "script");
	}

	@Test
	void aWarningBesideTheTextIsRead() {
		assertThat(TestReaders.texts(TestReaders.read(DocumentFormat.HTML,
				"<h1>Boiler</h1><p>It heats by itself.</p><aside class='admonition warning'><p>Never touch the "
						+ "<a href=v>valve</a> while it heats.</p></aside>")))
			.containsExactly("It heats by itself.", "Never touch the valve while it heats.");
	}

	@Test
	void aPageThatIsOneFormIsRead() {
		Reading reading = TestReaders.read(DocumentFormat.HTML, """
				<html><body><form method=post action=x.aspx><input type=hidden name=__VIEWSTATE value=x>
				<h1>Bicycles</h1><p>Bicycles stand in the yard behind the hall.</p>
				<label>Your name</label><select><option>one<option>two</select></form></body></html>""");
		assertThat(reading.sections()).containsExactly(Section.ofProse(List.of("Bicycles"),
				List.of("Bicycles stand in the yard behind the hall.", "Your name"), 0));
		assertThat(TestReaders.leftOut(reading)).contains("control of a form, 6 characters");
	}

	@Test
	void rowsOfATableStayRows() {
		Reading reading = TestReaders.read(DocumentFormat.HTML, """
				<table><caption>Options</caption><thead><tr><th rowspan=2><p>Name</p><th colspan=2>Values</tr>
				<tr><th><p>Default</p><th>Most</thead><tr><td rowspan=2><p>queue.size</p><td>64<td>900
				<tr><td>65<td>with<br>care<tr><td><p>queue.age</p></td><td>30</td><td>50</td></tr></table>""");
		assertThat(TestReaders.blocks(reading)).containsExactly(Block.prose("Options"), new Block(Kind.TABLE, """
				| Name | Values Default | Values Most |
				| queue.size | 64 | 900 |
				| queue.size | 65 | with care |
				| queue.age | 30 | 50 |"""));
	}

	@Test
	void tabsAccordionsAndDefinitionsAreRead() {
		Reading reading = TestReaders.read(DocumentFormat.HTML, """
				<button aria-controls=p2>For Linux</button><div id=p1 role=tabpanel>Use the blue disk.</div>
				<div id=p2 hidden>Use the red disk.</div><div class=tab-content style='display: none'>Use none.</div>
				<div hidden>You are offline.</div><dl><dt>basin<dt>dock<dd>Where boats lie.<dt>quay<dd><p>A wall.</p>
				<p>Of stone.</p></dl><details><summary>Why</summary>Because.</details><noscript>No.</noscript>
				<img src=a/map.png alt='Map of the quay'><img src=b.png>""");
		assertThat(TestReaders.texts(reading)).containsExactly("For Linux", "Use the blue disk.", "Use the red disk.",
				"Use none.", "basin, dock: Where boats lie.\nquay: A wall.\n  Of stone.", "Why", "Because.",
				"Map of the quay");
		assertThat(TestReaders.leftOut(reading)).contains("hidden element, 16 characters",
				"image without alternative text: b");
	}

	@Test
	void headingsOfTabsAreReadAndNumbersOfLinesAreNot() {
		Reading reading = TestReaders.read(DocumentFormat.HTML, """
				<ul class=tab-menu><li><a href=#a>Rope</a><li><a href=#b>Chain</a><li><a href=#c>Wire</a></ul>
				<div id=a>Tie it.</div><div id=b style='display:none'>Bolt it.</div>
				<table><tr><td class=linenos><pre>1
				2</pre><td><pre>int a;
				int b;</pre></table>""");
		assertThat(TestReaders.texts(reading)).containsExactly("- Rope\n- Chain\n- Wire", "Tie it.", "Bolt it.",
				"int a;\nint b;");
	}

	@Test
	void aPageOfLinksIsAPage() {
		assertThat(TestReaders.texts(TestReaders.read(DocumentFormat.HTML,
				"<nav><ul><li><a href=a>Baking</a><li><a href=b>Brewing</a></ul></nav>")))
			.containsExactly("- Baking\n- Brewing");
	}

	@Test
	void listingsDivideLists() {
		Reading reading = TestReaders.read(DocumentFormat.HTML,
				"<ol start=3><li>Type <pre>ls -l\n</pre> and wait.<li>Look.</ol><p>Done.");
		assertThat(TestReaders.blocks(reading)).containsExactly(new Block(Kind.LIST, "3. Type"),
				new Block(Kind.CODE, "ls -l"), new Block(Kind.LIST, "  and wait.\n4. Look."), Block.prose("Done."));
	}

	@Test
	void linesOfIdeographsAreJoinedWithoutBlanks() {
		assertThat(TestReaders.texts(TestReaders.read(DocumentFormat.MARKDOWN, "港口每天早上\n六点开门。\nOpen\ndaily.")))
			.containsExactly("港口每天早上六点开门。 Open daily.");
	}

	@Test
	void plainTextIsJoinedWhereAnEditorWrappedIt() {
		Reading reading = TestReaders.read(DocumentFormat.TEXT, """
				This line was wrapped by an editor somewhere
				in the middle of a sentence.

				Short
				lines
				stay

				- apples
				- pears

				name      size    colour
				pipe        3     grey
				""");
		assertThat(TestReaders.blocks(reading)).containsExactly(
				Block.prose("This line was wrapped by an editor somewhere in the middle of a sentence."),
				Block.prose("Short\nlines\nstay"), new Block(Kind.LIST, "- apples\n- pears"),
				new Block(Kind.CODE, "name      size    colour\npipe        3     grey"));
	}

	@Test
	void rowsOfValuesStayRowsWhateverTheFileIsCalled() {
		String header = "part;shelf;weight;note";
		List<String> rows = IntStream.range(0, 40)
			.mapToObj((i) -> "P%d;%d;%d,5;\"heavy; part of set %d\"".formatted(i, i % 7, i, i))
			.toList();
		for (DocumentFormat format : List.of(DocumentFormat.TEXT, DocumentFormat.CSV)) {
			Reading reading = TestReaders.read(format, header + "\r\n" + String.join("\r\n", rows) + "\r\n");
			assertThat(TestReaders.blocks(reading))
				.containsExactly(new Block(Kind.TABLE, header + "\n" + String.join("\n", rows)));
			assertThat(new SectionSplitter().split(reading.sections())).hasSizeGreaterThan(2)
				.allSatisfy((chunk) -> assertThat(chunk.text()).startsWith(header + "\n"));
		}
	}

	@Test
	void csvMayHaveLineEndsInValuesAndNoNames() {
		assertThat(TestReaders.blocks(TestReaders.read(DocumentFormat.CSV, "a,b\n1,\"two\nlines\"\n\n3,4\n")))
			.containsExactly(new Block(Kind.TABLE, "a,b\n1,\"two lines\"\n3,4"));
		assertThat(TestReaders.blocks(TestReaders.read(DocumentFormat.CSV, "1,2\n3,4\n")))
			.containsExactly(new Block(Kind.ROWS, "1,2\n3,4"));
		Reading broken = TestReaders.read(DocumentFormat.CSV, "a,b\n1,\"open\n3,4\n");
		assertThat(TestReaders.texts(broken)).containsExactly("a,b\n1,\"open\n3,4");
		assertThat(TestReaders.leftOut(broken)).contains("quotation mark");
	}

	@Test
	void aPdfIsReadPageByPageAndNamesPagesWithoutText() throws Exception {
		Reading reading = TestReaders.read(DocumentFormat.PDF,
				HostileFiles.pdf("Of apples.", "", "Of pears.", "", "Of plums."));
		assertThat(reading.sections()).containsExactly(Section.ofProse(List.of(), List.of("Of apples."), 1),
				Section.ofProse(List.of(), List.of("Of pears."), 3),
				Section.ofProse(List.of(), List.of("Of plums."), 5));
		assertThat(TestReaders.leftOut(reading)).contains("page without text layer (2 times): 2, 4");
		assertThat(reading.report().characters()).isEqualTo(28);
	}

}
