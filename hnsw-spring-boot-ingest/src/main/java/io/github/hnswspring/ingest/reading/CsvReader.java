package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.hnswspring.ingest.reading.Block.Kind;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads rows of values between commas, semicolons, tabs or bars. Rows stay as the file
 * has them, one a line, below the row that names the columns.
 */
final class CsvReader {

	private static final char[] DELIMITERS = { ',', ';', '\t', '|' };

	/** So many rows tell whether a file is one of rows. */
	private static final int SAMPLE = 50;

	private static final int MIN_ROWS = 4;

	private static final int MIN_COLUMNS = 3;

	private static final int MAX_NAME = 60;

	private static final Pattern NUMBER = Pattern.compile("^[-+]?[\\d.,:/-]*\\d[%€$]?");

	private CsvReader() {
	}

	static Reading read(String text, LeftOuts leftOut) {
		SectionCollector sections = new SectionCollector();
		char delimiter = delimiter(text.lines().findFirst().orElse(""));
		List<String> rows = new ArrayList<>();
		boolean named = false;
		try (CSVParser parser = CSVParser.parse(text, format(delimiter))) {
			int start = -1;
			for (CSVRecord row : parser) {
				if (start < 0) {
					named = areNames(row.toList());
				}
				else {
					rows.add(text.substring(start, (int) row.getCharacterPosition()));
				}
				start = (int) row.getCharacterPosition();
			}
			rows.add(text.substring(Math.max(start, 0)));
		}
		catch (IOException | UncheckedIOException | IllegalStateException ex) {
			leftOut.add("a quotation mark without another", "the file is read line by line because of it");
			rows = new ArrayList<>(text.lines().toList());
			named = !rows.isEmpty() && areNames(cells(rows.get(0)));
		}
		List<String> lines = rows.stream().map(CsvReader::oneLine).filter((row) -> !row.isEmpty()).toList();
		sections.block((named && lines.size() > 1) ? Kind.TABLE : Kind.ROWS, String.join("\n", lines));
		return Readings.of(null, sections.finish(), leftOut);
	}

	/** A row whose cells have line ends in them, as one line. */
	private static String oneLine(String row) {
		return row.lines().map(String::strip).filter((line) -> !line.isEmpty()).collect(Collectors.joining(" "));
	}

	/** Whether a file without a fitting name holds rows all the same. */
	static boolean isCsv(String text) {
		List<String> sample = text.lines().filter((line) -> !line.isBlank()).limit(SAMPLE).toList();
		if (sample.size() < MIN_ROWS) {
			return false;
		}
		char delimiter = delimiter(sample.get(0));
		Optional<List<String>> names = cells(sample.get(0), delimiter);
		if (names.isEmpty() || names.get().size() < MIN_COLUMNS || !areNames(names.get())) {
			return false;
		}
		return sample.stream()
			.limit(sample.size() - 1L)
			.allMatch(
					(line) -> cells(line, delimiter).filter((cells) -> cells.size() == names.get().size()).isPresent());
	}

	private static boolean areNames(List<String> cells) {
		return cells.size() > 1 && cells.stream()
			.allMatch((cell) -> !cell.isBlank() && cell.length() <= MAX_NAME && !NUMBER.matcher(cell.strip()).matches()
					&& !cell.strip().endsWith("."));
	}

	private static List<String> cells(String line) {
		return cells(line, delimiter(line)).orElse(List.of(line));
	}

	private static Optional<List<String>> cells(String line, char delimiter) {
		try (CSVParser parser = CSVParser.parse(line, format(delimiter))) {
			return parser.stream().findFirst().map(CSVRecord::toList);
		}
		catch (IOException | UncheckedIOException | IllegalStateException ex) {
			return Optional.empty();
		}
	}

	private static CSVFormat format(char delimiter) {
		return CSVFormat.DEFAULT.builder()
			.setDelimiter(delimiter)
			.setIgnoreSurroundingSpaces(true)
			.setIgnoreEmptyLines(true)
			.get();
	}

	/** The one there are most of outside quotation marks. */
	private static char delimiter(String line) {
		int[] counts = new int[DELIMITERS.length];
		boolean quoted = false;
		for (int i = 0; i < line.length(); i++) {
			char c = line.charAt(i);
			quoted ^= c == '"';
			for (int j = 0; j < DELIMITERS.length && !quoted; j++) {
				counts[j] += (c == DELIMITERS[j]) ? 1 : 0;
			}
		}
		int most = 0;
		for (int j = 1; j < DELIMITERS.length; j++) {
			most = (counts[j] > counts[most]) ? j : most;
		}
		return DELIMITERS[most];
	}

}
