package io.github.hnswspring.ingest.reading;

import java.util.List;

import io.github.hnswspring.ingest.reading.Block.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What tools around Markdown add to it is text, and no code. */
class MarkdownReaderTests {

	@Test
	void admonitionsOfMkDocsAreText() {
		assertThat(TestReaders.blocks(MarkdownReader.read("""
				Before.
				!!! warning "Mind the gate"

				    It closes by itself.

				    - every hour

				        ```sh
				        close gate
				        ```

				!!! note
				    Open it from the
				    inside.
				??? tip inline end
				    | a | b |
				    |---|---|
				    | 1 | 2 |
				After.

				!!! not one, since nothing is indented
				"""))).containsExactly(Block.prose("Before."), Block.prose("Warning: Mind the gate"),
				Block.prose("It closes by itself."), new Block(Kind.LIST, "- every hour"),
				new Block(Kind.CODE, "close gate"), Block.prose("Note: Open it from the inside."), Block.prose("Tip:"),
				new Block(Kind.TABLE, "| a | b |\n| 1 | 2 |"), Block.prose("After."),
				Block.prose("!!! not one, since nothing is indented"));
	}

	@Test
	void tabsOfMkDocsAreText() {
		assertThat(TestReaders.blocks(MarkdownReader.read("""
				=== "Linux"

				    Use the blue disk.

				    !!! danger ""
				        Never the black one.

				=== "Windows"
				\tUse the red disk.

				```
				!!! note
				    in code
				=== "Tab"
				    in code
				```
				"""))).containsExactly(Block.prose("Linux"), Block.prose("Use the blue disk."),
				Block.prose("Danger: Never the black one."), Block.prose("Windows"), Block.prose("Use the red disk."),
				new Block(Kind.CODE, "!!! note\n    in code\n=== \"Tab\"\n    in code"));
	}

	@Test
	void snippetsAreNamedAndNotFollowed() {
		Reading reading = MarkdownReader.read("""
				Before.

				--8<-- "docs/terms.md"

				--8<--
				one.md
				two.md
				--8<--

				```py
				--8<-- "main.py:start"
				```

				After.
				""");
		assertThat(TestReaders.texts(reading)).containsExactly("Before.", "--8<-- \"main.py:start\"", "After.");
		assertThat(TestReaders.leftOut(reading)).isEqualTo("include (3 times): docs/terms.md, one.md, two.md");
	}

	@ParameterizedTest
	@ValueSource(strings = { "---8<---\nquoted patch\n--->8---", "```\n--8<--\n```", "--------8<--------",
			"```\n--8<--\none.md\n--8<--\n```", "--8<--\none.md", "--8<--\nnot a file\n--8<--", "--8<--\n--8<--",
			"--8<--\none.md\n\n# Chapter\n\nText.\n--8<--", "--8<-- \"one.md\" and more", "-8<- \"one.md\"",
			"- a\n\n  ```\n  - ```\n  --8<-- \"one.md\"\n  ```", "1. ```\n   --8<-- \"one.md\"\n   ```" })
	void linesToCutAlongAreText(String lines) {
		Reading reading = MarkdownReader
			.read("# Patch\n\nBefore.\n\n" + lines + "\n\n# Last\n\nAll of this matters.\n");
		assertThat(reading.report().leftOut()).isEmpty();
		String text = reading.sections().toString();
		assertThat(text).contains("Before.", "[Last]", "All of this matters.");
		assertThat(lines.lines()).allSatisfy((line) -> assertThat(text).contains(line.replaceAll("^[`#\\s>1.-]+", "")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "```go\nfunc f() {\n\tif x {\n\t\tfor {\n\t\t\tg()\n\t\t}\n\t}\n}\n```\n",
			"- a\n\t- b\n\t\t- c\n", "1. Run\n\n\t```sh\n\tif a; then\n\t\tb\n\tfi\n\t```\n\n2. Stop\n",
			"Indent it:\n\n    !!! warning \"Mind the gap\"\n        Text of it\n\nDone.\n",
			"- a\n\nEnd of it.\n\n    !!! note\n        body\n\n    === \"Tab\"\n        body\n",
			"\t!!! note\n\t\tbody\n" })
	void textOutsideOfBlocksStaysAsItIs(String text) {
		assertThat(TestReaders.blocks(MarkdownReader.read("Wow!!!\n\n" + text))).isEqualTo(
				TestReaders.blocks(MarkdownReader.read("Wow!!!\n\n" + text.replace("!!!", "%%%").replace("===", "%%")))
					.stream()
					.map((block) -> new Block(block.kind(), block.text().replace("%%%", "!!!").replace("%%", "===")))
					.toList());
	}

	@Test
	void tabsInBlocksKeepTheirDepth() {
		assertThat(TestReaders.blocks(MarkdownReader.read("""
				!!! note
				\tRun it.

				\t```go
				\tfunc f() {
				\t\tif x {
				\t\t\tg()
				\t\t}
				\t}
				\t```

				1.  Stop

				    !!! tip
				        Wait.

				            code
				"""))).containsExactly(Block.prose("Note: Run it."),
				new Block(Kind.CODE, "func f() {\n\tif x {\n\t\tg()\n\t}\n}"),
				new Block(Kind.LIST, "1. Stop\n  Tip: Wait."), new Block(Kind.CODE, "code"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "2024-05-01", "1.10", "007", "Yes", "12:30:45", "1_000", "0x1F", ".inf", "off" })
	void aTitleOfFrontMatterStaysAsItIsWritten(String title) {
		Reading reading = MarkdownReader.read("---\ntitle: " + title + "\ndate: 2024\n---\n\nText.\n");
		assertThat(reading.report().title()).isEqualTo(title);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "~", "null" })
	void aTitleOfFrontMatterMayBeMissing(String title) {
		assertThat(MarkdownReader.read("---\ntitle: " + title + "\ndate: 2024\n---\n\nText.\n").report().title())
			.isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "---\nThe first words: of a text: with colons\n---\n\nMore.\n",
			"---\n- one\n- two\n---\n\nMore.\n",
			"---\nOpen the gate: turn left.\nClose the gate: turn right.\n---\nMore.\n" })
	void textBetweenTwoLinesIsNoFrontMatter(String text) {
		Reading reading = MarkdownReader.read(text);
		assertThat(reading.report().leftOut()).isEmpty();
		assertThat(reading.sections().toString()).containsAnyOf("of a text: with colons", "- two", "turn right.")
			.contains("More.");
	}

	@Test
	void frontMatterThatIsNotQuiteYamlNamesTheDocument() {
		Reading reading = MarkdownReader.read("---\ntitle: Gates: a guide\ntags: [open\nauthor: Ada\n---\nText.\n");
		assertThat(reading.sections()).containsExactly(Section.ofProse(List.of("Gates: a guide"), List.of("Text."), 0));
		assertThat(TestReaders.leftOut(reading)).isEqualTo("entry of the front matter (2 times): tags, author");
	}

	@Test
	void footnotesInListsAndTablesAreLinesOfTheirOwn() {
		assertThat(TestReaders.texts(MarkdownReader.read("""
				- apples[^a]
				- pears

				| fruit[^b] | price |
				|---|---|
				| plum | 2[^c] |

				[^a]: Red ones.

				    And green ones.
				[^b]: In season.
				[^c]: Each.
				"""))).containsExactly("- apples[^a]\n  [^a] Red ones.\n  And green ones.\n- pears",
				"| fruit[^b] | price |\n| plum | 2[^c] |", "[^b] In season.", "[^c] Each.");
	}

}
