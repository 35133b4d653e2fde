package io.github.hnswspring.ingest.reading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.hnswspring.ingest.reading.Block.Kind;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads rows of values between commas, semicolons, tabs or bars. Rows stay as the file
 * has them, one a line, below the row that names the columns; a title above that is the
 * heading.
 */
final class CsvReader {

	/** So many rows tell whether a file is one of rows. */
	private static final int SAMPLE = 50;

	private static final int MIN_ROWS = 4;

	private static final int MIN_COLUMNS = 3;

	private static final int MAX_NAME = 60;

	private static final Pattern NUMBER = Pattern.compile("^[-+]?[\\d.,:/-]*\\d[%€$]?");

	/** What Excel writes for itself. */
	private static final Pattern SEPARATOR = Pattern.compile("\\A\"?sep=(.)\"?\\h{0,9}+(?:\\R|\\z)",
			Pattern.CASE_INSENSITIVE);

	private static final int MAX_TITLES = 10;

	private static final int MAX_TITLE = 200;

	/** A row as the file has it, and its values. */
	private record Row(String text, List<String> cells) {
	}

	private CsvReader() {
	}

	static Reading read(String text, LeftOuts leftOut) {
		Matcher separator = SEPARATOR.matcher(text);
		boolean given = separator.find();
		if (given) {
			leftOut.add("line that names the separator", "it is for spreadsheet programs", separator.group().strip());
		}
		String content = given ? text.substring(separator.end()) : text;
		char delimiter = given ? separator.group(1).charAt(0) : CsvDelimiter.of(content);
		List<Row> rows = rows(content, delimiter, leftOut);
		SectionCollector sections = new SectionCollector();
		int titles = titles(rows);
		for (Row row : rows.subList(0, titles)) {
			String title = oneLine(row.cells().get(0), delimiter);
			if (row == rows.get(0) && title.length() <= MAX_TITLE) {
				sections.heading(1, title);
			}
			else {
				sections.block(Kind.PROSE, title);
			}
		}
		List<Row> table = rows.subList(titles, rows.size());
		boolean named = table.size() > 1 && areNames(table.get(0).cells());
		addTable(sections, table, named, delimiter);
		return Readings.of((titles > 0) ? oneLine(rows.get(0).cells().get(0), delimiter) : null, sections.finish(),
				leftOut);
	}

	/** Adds rows whole where they fit into a passage, else column by column. */
	private static void addTable(SectionCollector sections, List<Row> table, boolean named, char delimiter) {
		List<List<String>> rows = new ArrayList<>();
		List<String> unclear = new ArrayList<>();
		for (Row row : table) {
			String line = oneLine(row.text(), delimiter);
			List<String> values = CsvDelimiter.values(line, delimiter);
			if (values.size() == row.cells().size() && (!rows.isEmpty() || unclear.isEmpty())) {
				rows.add(values);
			}
			else {
				unclear.add(line);
			}
		}
		Kind kind = named ? Kind.TABLE : Kind.ROWS;
		List<String> groups = !rows.isEmpty() ? CsvColumns.groups(rows, named, delimiter) : List.of();
		if (groups.size() < 2) {
			sections.block(kind,
					table.stream().map((row) -> oneLine(row.text(), delimiter)).collect(Collectors.joining("\n")));
			return;
		}
		groups.forEach((group) -> sections.block(kind, group));
		// Which value belongs to which column is not certain in these.
		sections.block(Kind.ROWS, String.join("\n", unclear));
	}

	/** The rows with something in them. */
	private static List<Row> rows(String text, char delimiter, LeftOuts leftOut) {
		try {
			return rows(text, format(delimiter));
		}
		catch (IOException | UncheckedIOException | IllegalStateException ex) {
			// A quotation mark within a value is written like one around it.
		}
		try {
			List<Row> rows = rows(text, format(delimiter).builder().setTrailingData(true).get());
			int columns = rows.get(0).cells().size();
			if (rows.stream().allMatch((row) -> row.cells().size() == columns && !areSeveral(row, delimiter))) {
				return rows;
			}
		}
		catch (IOException | UncheckedIOException | IllegalStateException ex) {
			// It opens a value that nothing closes.
		}
		leftOut.add("a quotation mark without another", "the file is read line by line because of it");
		return text.lines()
			.filter((line) -> !line.isBlank())
			.map((line) -> new Row(line, cells(line, delimiter).orElse(List.of(line))))
			.toList();
	}

	private static List<Row> rows(String text, CSVFormat format) throws IOException {
		List<Row> rows = new ArrayList<>();
		try (CSVParser parser = CSVParser.parse(text, format)) {
			int start = -1;
			List<String> cells = List.of();
			for (CSVRecord row : parser) {
				if (start >= 0) {
					rows.add(new Row(text.substring(start, (int) row.getCharacterPosition()), cells));
				}
				start = (int) row.getCharacterPosition();
				// The values of later rows are in their text.
				cells = (rows.size() < SAMPLE) ? row.toList() : Collections.nCopies(row.size(), "");
			}
			rows.add(new Row(text.substring(Math.max(start, 0)), cells));
		}
		return rows.stream().filter((row) -> !row.text().isBlank()).toList();
	}

	/** Whether a row of several lines is more likely that many rows. */
	private static boolean areSeveral(Row row, char delimiter) {
		return row.text()
			.lines()
			.skip(1)
			.anyMatch((line) -> CsvDelimiter.count(line, delimiter) >= row.cells().size() - 1);
	}

	/** How many rows at the top, without a delimiter, are a title above the others. */
	private static int titles(List<Row> rows) {
		int titles = 0;
		while (titles < Math.min(rows.size(), MAX_TITLES) && rows.get(titles).cells().size() == 1) {
			titles++;
		}
		boolean table = titles < rows.size() && titles < MAX_TITLES && rows.get(titles).cells().size() > 1;
		return table ? titles : 0;
	}

	/** A row whose cells have line ends in them, as one line; a tab is no blank. */
	private static String oneLine(String row, char delimiter) {
		StringBuilder line = new StringBuilder();
		row.lines().forEach((part) -> {
			String words = (delimiter == '\t') ? withoutBlanks(part) : part.strip();
			line.append(Ideographs.between(line, words)).append(words);
		});
		return line.toString();
	}

	private static String withoutBlanks(String text) {
		int start = 0;
		int end = text.length();
		while (start < end && text.charAt(start) == ' ') {
			start++;
		}
		while (end > start && text.charAt(end - 1) == ' ') {
			end--;
		}
		return text.substring(start, end);
	}

	/** Whether a file without a fitting name holds rows all the same. */
	static boolean isCsv(String text) {
		List<String> sample = text.lines().filter((line) -> !line.isBlank()).limit(SAMPLE).toList();
		if (sample.size() < MIN_ROWS) {
			return false;
		}
		char delimiter = CsvDelimiter.of(text);
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
		// The corner above the names of rows is often empty.
		boolean corner = cells.size() > 2 && cells.get(0).isBlank();
		return cells.size() > 1 && cells.stream()
			.skip(corner ? 1 : 0)
			.allMatch((cell) -> !cell.isBlank() && cell.length() <= MAX_NAME && !NUMBER.matcher(cell.strip()).matches()
					&& !cell.strip().endsWith("."));
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

}
