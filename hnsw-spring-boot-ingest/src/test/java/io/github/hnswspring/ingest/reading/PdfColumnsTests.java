package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What can be quoted from a page stands on it so: sentences of one column never run into
 * the next one, and what belongs together stays together.
 */
class PdfColumnsTests {

	private static final float LEFT = 54;

	private static final float RIGHT = 318;

	private static final float COLUMN = 240;

	@TempDir
	private Path directory;

	@Test
	void theLeftColumnIsReadBeforeTheRightOne() throws IOException {
		PdfPage page = new PdfPage().text(LEFT, 72, COLUMN, 10, prose("copper pipes", 12))
			.text(RIGHT, 72, COLUMN, 10, prose("silver bells", 12));
		assertThat(sentences(page)).containsExactlyElementsOf(both(12));
	}

	@Test
	void columnsNeedNotHaveCommonBaselines() throws IOException {
		PdfPage page = new PdfPage().text(LEFT, 75.5f, COLUMN, 10, prose("copper pipes", 12))
			.text(RIGHT, 72, COLUMN, 11, prose("silver bells", 12));
		assertThat(sentences(page)).containsExactlyElementsOf(both(12));
	}

	@Test
	void columnsMayBeJustifiedAndHaveParagraphs() throws IOException {
		PdfPage page = new PdfPage()
			.justified(LEFT, 72, COLUMN, 10, prose("copper pipes", 6) + "\n" + prose("tin roofs", 6))
			.justified(RIGHT, 72, COLUMN, 10, prose("silver bells", 6) + "\n" + prose("iron gates", 6));
		assertThat(sentences(page)).containsExactlyElementsOf(
				all(list("copper pipes", 6), list("tin roofs", 6), list("silver bells", 6), list("iron gates", 6)));
	}

	@Test
	void aRightColumnMayBeShort() throws IOException {
		PdfPage page = new PdfPage().text(LEFT, 72, COLUMN, 10, prose("copper pipes", 14))
			.text(RIGHT, 72, COLUMN, 10, prose("silver bells", 3));
		assertThat(sentences(page)).containsExactlyElementsOf(all(list("copper pipes", 14), list("silver bells", 3)));
	}

	@Test
	void whatReachesAcrossTheColumnsDividesThem() throws IOException {
		PdfPage page = new PdfPage().line(LEFT, 60, 18, "A headline that reaches across both columns of text")
			.text(LEFT, 90, 504, 10, prose("a wide summary", 5))
			.text(LEFT, 190, COLUMN, 10, prose("copper pipes", 6))
			.text(RIGHT, 190, COLUMN, 10, prose("silver bells", 6))
			.line(LEFT, 400, 14, "Another headline that reaches across both columns")
			.text(LEFT, 430, COLUMN, 10, prose("tin roofs", 6))
			.text(RIGHT, 430, COLUMN, 10, prose("iron gates", 6));
		assertThat(sentences(page))
			.containsExactlyElementsOf(all(List.of("A headline that reaches across both columns of text"),
					list("a wide summary", 5), list("copper pipes", 6), list("silver bells", 6),
					List.of("Another headline that reaches across both columns"), list("tin roofs", 6),
					list("iron gates", 6)));
	}

	@Test
	void headingsInColumnsStayWithTheirColumn() throws IOException {
		PdfPage page = new PdfPage().line(LEFT, 72, 13, "Of pipes")
			.line(RIGHT, 72, 13, "Of bells")
			.text(LEFT, 96, COLUMN, 10, prose("copper pipes", 8))
			.text(RIGHT, 96, COLUMN, 10, prose("silver bells", 8));
		assertThat(sentences(page)).containsExactlyElementsOf(
				all(List.of("Of pipes"), list("copper pipes", 8), List.of("Of bells"), list("silver bells", 8)));
	}

	@Test
	void threeColumns() throws IOException {
		PdfPage page = new PdfPage().text(40, 72, 165, 9, prose("copper pipes", 9))
			.text(222, 72, 165, 9, prose("silver bells", 8))
			.text(404, 72, 165, 9, prose("iron gates", 10));
		assertThat(sentences(page))
			.containsExactlyElementsOf(all(list("copper pipes", 9), list("silver bells", 8), list("iron gates", 10)));
	}

	@Test
	void threeColumnsAboveTwo() throws IOException {
		PdfPage page = new PdfPage().text(40, 72, 165, 9, prose("copper pipes", 5))
			.text(222, 72, 165, 9, prose("silver bells", 5))
			.text(404, 72, 165, 9, prose("iron gates", 5))
			.text(LEFT, 400, COLUMN, 10, prose("tin roofs", 9))
			.text(RIGHT, 400, COLUMN, 10, prose("lead windows", 9));
		assertThat(sentences(page)).containsExactlyElementsOf(all(list("copper pipes", 5), list("silver bells", 5),
				list("iron gates", 5), list("tin roofs", 9), list("lead windows", 9)));
	}

	@Test
	void aSentenceMayGoOnInTheNextColumn() throws IOException {
		PdfPage page = new PdfPage()
			.text(LEFT, 72, COLUMN, 10, prose("copper pipes", 5) + " The valve that nobody has ever seen closed stands")
			.text(RIGHT, 72, COLUMN, 10, "at the end of the longest hall. " + prose("silver bells", 5));
		assertThat(sentences(page)).containsExactlyElementsOf(all(list("copper pipes", 5),
				List.of("The valve that nobody has ever seen closed stands at the end of the longest hall."),
				list("silver bells", 5)));
	}

	@Test
	void theRowsOfATableStayWhole() throws IOException {
		PdfPage page = new PdfPage().text(LEFT, 72, 500, 10, prose("a table", 3));
		String[][] rows = { { "Property", "Default", "Meaning of the property" },
				{ "cache.ttl", "90", "Seconds an entry stays valid" },
				{ "cache.size", "10000", "Entries before the oldest one goes" },
				{ "cache.path", "none", "Where entries are kept over a restart" },
				{ "cache.check", "true", "Whether entries are compared with the source" } };
		for (int row = 0; row < rows.length; row++) {
			for (int cell = 0; cell < 3; cell++) {
				page.line(new float[] { 54, 180, 260 }[cell], 160 + 14 * row, 10, rows[row][cell]);
			}
		}
		assertThat(blocks(page)).hasSize(2).last().isEqualTo("""
				Property Default Meaning of the property
				cache.ttl 90 Seconds an entry stays valid
				cache.size 10000 Entries before the oldest one goes
				cache.path none Where entries are kept over a restart
				cache.check true Whether entries are compared with the source""");
	}

	@Test
	void theCellsOfATableMayHaveSeveralLines() throws IOException {
		PdfPage page = new PdfPage();
		String[] names = { "cache.ttl", "cache.size", "cache.path" };
		for (int row = 0; row < names.length; row++) {
			page.line(54, 100 + 40 * row, 10, names[row]);
			page.text(160, 100 + 40 * row, 120, 10, "Seconds that entry " + row + " stays valid here");
			page.text(310, 100 + 40 * row, 240, 10,
					"Chosen with care for the machine number " + row + " and never changed since that day.");
		}
		assertThat(blocks(page)).containsExactly(IntStream.range(0, 3)
			.mapToObj((row) -> names[row] + " Seconds that entry " + row
					+ " stays valid here Chosen with care for the machine number " + row
					+ " and never changed since that day.")
			.collect(Collectors.joining("\n")));
	}

	@Test
	void aColumnMayHoldATable() throws IOException {
		PdfPage page = new PdfPage().text(LEFT, 72, COLUMN, 10, prose("copper pipes", 4));
		for (int row = 0; row < 5; row++) {
			page.line(LEFT, 200 + 15 * row, 10, "Pipe " + row);
			page.line(LEFT + 120, 200 + 15 * row, 10, row + "5 mm");
		}
		page.text(LEFT, 290, COLUMN, 10, prose("tin roofs", 4)).text(RIGHT, 72, COLUMN, 10, prose("silver bells", 14));
		assertThat(sentences(page)).containsExactlyElementsOf(all(list("copper pipes", 4),
				List.of("Pipe 0 05 mm", "Pipe 1 15 mm", "Pipe 2 25 mm", "Pipe 3 35 mm", "Pipe 4 45 mm"),
				list("tin roofs", 4), list("silver bells", 14)));
	}

	@Test
	void aColumnMayBeATable() throws IOException {
		PdfPage page = new PdfPage();
		for (int row = 0; row < 12; row++) {
			page.line(LEFT, 72 + 16 * row, 10, "Pipe " + row);
			page.line(LEFT + 120, 72 + 16 * row, 10, row + "5 mm");
		}
		page.text(RIGHT, 72, COLUMN, 10, prose("silver bells", 10));
		assertThat(sentences(page)).containsExactlyElementsOf(
				all(IntStream.range(0, 12).mapToObj((row) -> "Pipe " + row + " " + row + "5 mm").toList(),
						list("silver bells", 10)));
	}

	@Test
	void wideGapsInOneColumnAreOnlyGaps() throws IOException {
		PdfPage page = new PdfPage();
		String[] words = prose("copper pipes", 12).split(" ");
		float x = LEFT;
		float top = 72;
		for (int i = 0; i < words.length; i++) {
			page.line(x, top, 10, words[i]);
			x += 6 * words[i].length() + 22;
			if (x > 480) {
				x = LEFT;
				top += 13;
			}
		}
		assertThat(sentences(page)).containsExactlyElementsOf(list("copper pipes", 12));
	}

	@Test
	void aGapAtTheSamePlaceInSomeLinesMakesNoColumns() throws IOException {
		PdfPage page = new PdfPage().text(LEFT, 72, 500, 10, prose("copper pipes", 6));
		page.line(LEFT, 200, 10, "Date:").line(LEFT + 150, 200, 10, "12 March");
		page.line(LEFT, 214, 10, "Place:").line(LEFT + 150, 214, 10, "The harbour office");
		page.line(LEFT, 228, 10, "Signed:").line(LEFT + 150, 228, 10, "Ann Miller");
		assertThat(sentences(page)).containsExactlyElementsOf(all(list("copper pipes", 6),
				List.of("Date: 12 March", "Place: The harbour office", "Signed: Ann Miller")));
	}

	@Test
	void pageNumbersAreThoseOfThePages() throws IOException {
		PdfPage first = new PdfPage().line(LEFT, 40, 9, "The journal of metals").line(RIGHT + 220, 40, 9, "1");
		first.text(LEFT, 72, COLUMN, 10, prose("copper pipes", 8)).text(RIGHT, 72, COLUMN, 10, prose("tin roofs", 8));
		PdfPage third = new PdfPage().line(LEFT, 40, 9, "The journal of metals").line(RIGHT + 220, 40, 9, "3");
		third.text(LEFT, 72, COLUMN, 10, prose("silver bells", 8)).text(RIGHT, 72, COLUMN, 10, prose("iron gates", 8));
		List<Section> sections = read(first, new PdfPage(), third);
		assertThat(sections).extracting(Section::page).containsExactly(1, 3);
		assertThat(sentences(sections.subList(0, 1))).containsExactlyElementsOf(
				all(List.of("The journal of metals 1"), list("copper pipes", 8), list("tin roofs", 8)));
		assertThat(sentences(sections.subList(1, 2))).containsExactlyElementsOf(
				all(List.of("The journal of metals 3"), list("silver bells", 8), list("iron gates", 8)));
	}

	@ParameterizedTest
	@ValueSource(ints = { 90, 180, 270 })
	void rotatedPagesHaveColumnsToo(int degrees) throws IOException {
		PdfPage page = new PdfPage().rotated(degrees)
			.text(LEFT, 72, COLUMN, 10, prose("copper pipes", 12))
			.text(RIGHT, 72, COLUMN, 10, prose("silver bells", 12));
		assertThat(sentences(page)).containsExactlyElementsOf(both(12));
	}

	@Test
	void textAlongTheEdgeDoesNotDisturbTheColumns() throws IOException {
		PdfPage page = new PdfPage().upwards(30, 600, 16, "Preprint of the month of March")
			.text(LEFT, 72, COLUMN, 10, prose("copper pipes", 12))
			.text(RIGHT, 72, COLUMN, 10, prose("silver bells", 12));
		assertThat(sentences(page)).containsExactlyElementsOf(all(both(12), List.of("Preprint of the month of March")));
	}

	@Test
	@Timeout(120)
	void aPageMadeToBeHardIsRead() throws IOException {
		PdfPage page = new PdfPage().line(Float.MAX_VALUE, 72, 10, "far")
			.line(54, -1e30f, 10, "up")
			.line(54, 80, 0, "0");
		for (int i = 0; i < 20_000; i++) {
			page.line(Math.floorMod(i * 7919, 60_000) / 100f, Math.floorMod(i * 104_729, 78_000) / 100f, 1, "word");
		}
		assertThat(sentences(page)).isNotEmpty();
	}

	private List<Section> read(PdfPage... pages) throws IOException {
		return PdfReader.read(PdfPage.write(this.directory.resolve("pages.pdf"), pages), 1_000_000).sections();
	}

	private List<String> blocks(PdfPage page) throws IOException {
		return read(page).stream().flatMap((section) -> section.texts().stream()).toList();
	}

	private List<String> sentences(PdfPage page) throws IOException {
		return sentences(read(page));
	}

	private static List<String> sentences(List<Section> sections) {
		return sections.stream()
			.flatMap((section) -> section.texts().stream())
			.flatMap((block) -> Sentences.split(block).stream())
			.toList();
	}

	private static String prose(String topic, int sentences) {
		return String.join(" ", list(topic, sentences));
	}

	private static List<String> list(String topic, int sentences) {
		return IntStream.rangeClosed(1, sentences)
			.mapToObj((i) -> "Sentence " + i + " speaks only about " + topic + " and nothing else at all.")
			.toList();
	}

	private static List<String> both(int sentences) {
		return all(list("copper pipes", sentences), list("silver bells", sentences));
	}

	@SafeVarargs
	private static List<String> all(List<String>... lists) {
		List<String> all = new ArrayList<>();
		for (List<String> list : lists) {
			all.addAll(list);
		}
		return all;
	}

}
