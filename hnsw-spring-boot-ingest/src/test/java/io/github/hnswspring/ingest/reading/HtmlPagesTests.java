package io.github.hnswspring.ingest.reading;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.hnswspring.ingest.reading.Block.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Pages as frameworks and scripts make them. */
class HtmlPagesTests {

	@ParameterizedTest
	@ValueSource(strings = { "<body aria-hidden=true>%s", "<div id=root aria-hidden=true>%s</div>",
			"<html aria-hidden=true><body>%s", "<div id=app style='display:none'>%s</div>",
			"<div hidden><main>%s</main></div>", "<table><tr><td aria-hidden=true>%s</table>" })
	void aPageThatIsHiddenAsAWholeIsRead(String page) {
		assertThat(TestReaders.texts(HtmlReader.read(page.formatted("<p>The lock opens at six.</p>")))).singleElement()
			.asString()
			.contains("The lock opens at six.");
	}

	@Test
	void signsAndDialogsThatAreHiddenAreLeftOut() {
		Reading reading = HtmlReader.read("""
				<p><i class=material-icons aria-hidden=true>anchor</i> The <span aria-hidden=true>lock</span> opens at
				six<span aria-hidden=true>★</span>. Nobody has ever seen it open earlier than that.</p>
				<div class='modal fade' aria-hidden=true>Cookies?</div>""");
		assertThat(TestReaders.texts(reading))
			.containsExactly("The lock opens at six. Nobody has ever seen it open earlier than that.");
		assertThat(TestReaders.leftOut(reading))
			.isEqualTo("hidden element, 8 characters\ndecoration (2 times), 7 characters");
	}

	@Test
	void shadowTreesAreReadWhereTheyAreShown() {
		Reading reading = HtmlReader.read("""
				<template><p>Never shown.</template>
				<dock-card><template shadowrootmode=open><style>p {}</style><h2>Dock</h2>
				<p>Kept by <slot name=who>nobody</slot> since <slot name=when>ever</slot>.</p><slot></slot></template>
				<b slot=who>Ada</b><p>It has eight gates.</p></dock-card>""");
		assertThat(reading.sections()).containsExactly(
				Section.ofProse(List.of("Dock"), List.of("Kept by Ada since ever.", "It has eight gates."), 0));
	}

	@Test
	void wordsOfDrawingsAreRead() {
		assertThat(TestReaders.texts(HtmlReader.read("""
				<p>See <svg><title>Map</title><g><text>North <tspan>quay</tspan></text></g>
				<text aria-hidden=true>South</text></svg>.</p>
				<svg><foreignObject><div>The ferry waits for the train in winter</div></foreignObject>
				<text>The train waits for nobody at all</text></svg>"""))).containsExactly("See Map North quay .",
				"The ferry waits for the train in winter\nThe train waits for nobody at all");
	}

	@Test
	void editsDoNotCutSentences() {
		Reading reading = HtmlReader.read("""
				<p>The fee is <del>ten</del> <ins>twelve</ins> coins, and <s>hardly</s> never more.</p>
				<table><tr><td>It <ins>really</ins> is<td><del>2</del><ins>3</ins></table>
				<ins><p>New.</p></ins>""");
		assertThat(TestReaders.texts(reading)).containsExactly("The fee is twelve coins, and ~~hardly~~ never more.",
				"| It really is | 3 |", "New.");
		assertThat(TestReaders.leftOut(reading)).isEqualTo("struck text (2 times), 4 characters");
	}

	@Test
	void aHeadingInACellLeavesTheTableATable() {
		assertThat(TestReaders.blocks(HtmlReader.read("""
				<table><tr><th><h3>Gate</h3><th><h3>Depth</h3><tr><td><h4>north</h4><td>8 m<tr><td>south<td>9 m</table>
				"""))).containsExactly(new Block(Kind.TABLE, "| Gate | Depth |\n| north | 8 m |\n| south | 9 m |"));
	}

	private static String rows(int count, String odd) {
		StringBuilder table = new StringBuilder("<table><tr><th>Gate<th>Depth<th>Note");
		for (int i = 0; i < count; i++) {
			table.append("<tr><td>gate").append(i).append("<td>").append(i).append(" m<td>");
			table.append((i == 1) ? odd : "open");
		}
		return table.append("</table>").toString();
	}

	@Test
	void oneOddCellLeavesTheTableATable() {
		for (String odd : List.of("much ".repeat(500), "<table><tr><td>of<td>two</table>",
				"<h3>Closed</h3>" + "much ".repeat(50))) {
			assertThat(TestReaders.blocks(HtmlReader.read(rows(6, odd)))).as(odd)
				.singleElement()
				.satisfies((block) -> assertThat(block.kind()).isEqualTo(Kind.TABLE))
				.satisfies((block) -> assertThat(block.text())
					.startsWith("| Gate | Depth | Note |\n| gate0 | 0 m | open |")
					.contains("| gate1 | 1 m | ")
					.endsWith("| gate5 | 5 m | open |"));
		}
	}

	@Test
	void whatLaysOutAPageIsNoTable() {
		String page = "much ".repeat(500);
		for (String table : List.of(rows(2, page), rows(6, "much ".repeat(3_000)),
				rows(6, page).replace("open", "<p>" + page),
				rows(6, "<table><tr><td><table><tr><td>deep</table></table>"),
				"<table><tr><td rowspan=20>" + page + "<td>1<td>2" + "<tr><td>3<td>4".repeat(19) + "</table>")) {
			assertThat(TestReaders.blocks(HtmlReader.read(table))).extracting(Block::kind)
				.doesNotContain(Kind.TABLE, Kind.ROWS);
		}
	}

	@Test
	void twoRowsOfNamesAreOne() {
		assertThat(TestReaders.blocks(HtmlReader.read("""
				<table><tr><th colspan=4>Prices of 2024<tr><td rowspan=2><th colspan=2>Summer<th rowspan=2>Winter
				<tr><th>day<th>night<tr><th>boat<td>1<td>2<td>3<tr><th>ship<td colspan=2>4<td>5</table>""")))
			.containsExactly(Block.prose("Prices of 2024"), new Block(Kind.TABLE, """
					|  | Summer day | Summer night | Winter |
					| boat | 1 | 2 | 3 |
					| ship | 4 |  | 5 |"""));
	}

	@Test
	void wrappedIdeographsAreJoinedAcrossElements() {
		assertThat(TestReaders.texts(HtmlReader.read("""
				<p>港口每天
				<b>早上</b>
				六点“开门”，
				船只ー
				カヌー
				and boats
				come.<table><tr><td>港口
				<i>开</i><td>門</table>"""))).containsExactly("港口每天早上六点“开门”，船只ーカヌー and boats come.", "| 港口开 | 門 |");
	}

	/** What looks at all elements for each of them takes minutes for this. */
	@ParameterizedTest
	@ValueSource(strings = { "<div hidden id=a%1$d>x</div>", "<a href=#a%1$d>x</a><b hidden id=a%1$d>x</b>",
			"<b aria-hidden=true>★</b>", "<!-- x -->", "x<sup>%1$d</sup>", "<img alt=x>", "<svg><text>x</text></svg>",
			"<del>x</del><ins>y</ins>", "<template shadowrootmode=open>x<slot></slot></template>",
			"<math><mn>%1$d</mn></math>", "<script>x</script>", "漢\n<i>字</i>" })
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
	void manyElementsAreReadInLinearTime(String element) {
		StringBuilder page = new StringBuilder("<p>Some words that are shown.</p><div>");
		for (int i = 0; i < 50_000; i++) {
			page.append(element.formatted(i));
		}
		assertThat(HtmlReader.read(page.toString()).sections()).isNotEmpty();
	}

}
