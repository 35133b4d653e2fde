package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A row of a table as one line:
 * {@code | cache.ttl | 90 | Seconds an entry stays valid. |}. A bar in a cell has a
 * backslash before it.
 */
public final class TableRow {

	private TableRow() {
	}

	static String of(List<String> cells) {
		return cells.stream().map((cell) -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |"));
	}

	/**
	 * The cells of a line of a {@link Block.Kind#TABLE} or {@link Block.Kind#ROWS} block.
	 * @param line with bars, or as a CSV file has it
	 * @return the cells, without the signs between them
	 */
	public static List<String> cells(String line) {
		String row = line.strip();
		return row.startsWith("|") ? barred(row) : CsvReader.cells(row);
	}

	private static List<String> barred(String row) {
		List<String> cells = new ArrayList<>();
		StringBuilder cell = new StringBuilder();
		for (int i = 1; i < row.length(); i++) {
			char c = row.charAt(i);
			if (c == '\\' && i + 1 < row.length() && row.charAt(i + 1) == '|') {
				cell.append('|');
				i++;
			}
			else if (c == '|') {
				cells.add(cell.toString().strip());
				cell.setLength(0);
			}
			else {
				cell.append(c);
			}
		}
		if (!cell.toString().isBlank()) {
			cells.add(cell.toString().strip());
		}
		return cells;
	}

}
