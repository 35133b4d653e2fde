package io.github.hnswspring.ingest.reading;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.hnswspring.ingest.reading.Block.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Files of rows as spreadsheet programs and people write them: no value changes its
 * column.
 */
class CsvReaderTests {

	@Test
	void theFirstCellOfARowMayBeEmpty() {
		assertThat(blocks("gate\tdepth\tnote\n\t8\tdeep\nsouth\t\t\n\t\tshallow\n"))
			.containsExactly(new Block(Kind.TABLE, "gate\tdepth\tnote\n\t8\tdeep\nsouth\t\t\n\t\tshallow"));
		assertThat(blocks("\tsummer\twinter\nboat\t1\t2\n"))
			.containsExactly(new Block(Kind.TABLE, "\tsummer\twinter\nboat\t1\t2"));
		assertThat(blocks(",summer,winter\n,1,2\n")).containsExactly(new Block(Kind.TABLE, ",summer,winter\n,1,2"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "sep=;\n", "SEP=;\r\n", "\"sep=;\"\n" })
	void aLineMayNameTheSeparator(String line) {
		LeftOuts leftOut = new LeftOuts();
		Reading reading = CsvReader.read(line + "gate;depth\na,b;8,5\n", leftOut);
		assertThat(TestReaders.blocks(reading)).containsExactly(new Block(Kind.TABLE, "gate;depth\na,b;8,5"));
		assertThat(TestReaders.leftOut(leftOut)).startsWith("line that names the separator: ");
	}

	@Test
	void aTitleAboveTheNamesIsTheHeading() {
		Reading reading = CsvReader.read("Prices, as of May\n\ngate;depth;price\na;8;1,5\nb;9;2,5\n", new LeftOuts());
		assertThat(reading.sections()).containsExactly(new Section(List.of("Prices, as of May"),
				List.of(new Block(Kind.TABLE, "gate;depth;price\na;8;1,5\nb;9;2,5")), 0));
		assertThat(reading.report().title()).isEqualTo("Prices, as of May");
		assertThat(blocks("Prices\nChecked by Ada\na,b\n1,2\n")).containsExactly(Block.prose("Checked by Ada"),
				new Block(Kind.TABLE, "a,b\n1,2"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Ann,\nBob,\nCid,123", "Ann,\nBob,\nCid,123\nDee,4", ",Ann\nBob,3",
			"\"Prices, as of May\";;\ngate;depth;price\na;8;1,5" })
	void aRowWithOneValueIsARow(String text) {
		Reading reading = CsvReader.read(text, new LeftOuts());
		assertThat(reading.sections()).containsExactly(new Section(List.of(), List.of(new Block(Kind.ROWS, text)), 0));
		assertThat(reading.report().title()).isNull();
	}

	@Test
	void aQuotationMarkMayStandWithinAValue() {
		LeftOuts leftOut = new LeftOuts();
		String text = "name,size,note\npipe,\"5\" steel\",\"two\nlines\"\nrod 3\" long,1,x\n";
		assertThat(TestReaders.blocks(CsvReader.read(text, leftOut))).containsExactly(
				new Block(Kind.TABLE, "name,size,note\npipe,\"5\" steel\",\"two lines\"\nrod 3\" long,1,x"));
		assertThat(leftOut.finish()).isEmpty();
		assertThat(blocks("a,b\n1,\"5 inch\n2,\"6 inch\n"))
			.containsExactly(new Block(Kind.TABLE, "a,b\n1,\"5 inch\n2,\"6 inch"));
	}

	@Test
	void linesOfAValueInChineseAreJoinedWithoutABlank() {
		assertThat(blocks("门,说明\n北,\"每天早上\n六点开门\"\n")).containsExactly(new Block(Kind.TABLE, "门,说明\n北,\"每天早上六点开门\""));
	}

	@ParameterizedTest
	@ValueSource(strings = { ",", ";", "\t", "|" })
	void wideRowsAreCutBetweenValuesAndKeepTheNamesOfTheirColumns(String delimiter) {
		List<List<String>> rows = IntStream.range(0, 5)
			.mapToObj((row) -> IntStream.range(0, 60)
				.mapToObj((column) -> (row == 0) ? "column_" + column
						: (column == 3) ? "\"gate" + delimiter + " " + row + "\""
								: "SKU-%02d%02d".formatted(row, column))
				.toList())
			.toList();
		String text = rows.stream().map((row) -> String.join(delimiter, row)).collect(Collectors.joining("\n"));
		List<Chunk> chunks = new SectionSplitter().split(CsvReader.read(text, new LeftOuts()).sections());
		Set<String> found = new TreeSet<>();
		assertThat(chunks).hasSizeGreaterThan(5)
			.allSatisfy((chunk) -> assertThat(chunk.blocks()).allSatisfy((block) -> {
				assertThat(block.kind()).isEqualTo(Kind.TABLE);
				List<String> lines = block.text().lines().toList();
				List<String> names = CsvDelimiter.values(lines.get(0), delimiter.charAt(0));
				assertThat(names).first().isEqualTo("column_0");
				for (String line : lines.subList(1, lines.size())) {
					List<String> values = CsvDelimiter.values(line, delimiter.charAt(0));
					List<String> row = rows.get(Integer.parseInt(values.get(0).substring(4, 6)));
					assertThat(values)
						.isEqualTo(names.stream().map((name) -> row.get(rows.get(0).indexOf(name))).toList());
					found.addAll(values);
				}
			}));
		assertThat(found).containsAll(rows.subList(1, 5).stream().flatMap(List::stream).toList());
	}

	@Test
	void wideRowsWithoutNamesOrWithMoreValuesLoseNothing() {
		List<String> rows = IntStream.range(0, 4)
			.mapToObj((row) -> IntStream.range(0, 60 + row)
				.mapToObj((column) -> "%d.%03d".formatted(row, column))
				.collect(Collectors.joining(",")))
			.toList();
		List<Block> blocks = blocks(String.join("\n", rows) + "\nx,\"a \"b\" c\",y\n");
		assertThat(blocks).hasSizeGreaterThan(1).allMatch((block) -> block.kind() == Kind.ROWS);
		assertThat(
				blocks.stream().flatMap((block) -> block.text().lines()).flatMap((line) -> Stream.of(line.split(","))))
			.containsAll(rows.stream().flatMap((row) -> Stream.of(row.split(","))).toList())
			.contains("x", "\"a \"b\" c\"", "y");
	}

	private static List<Block> blocks(String text) {
		return TestReaders.blocks(CsvReader.read(text, new LeftOuts()));
	}

}
