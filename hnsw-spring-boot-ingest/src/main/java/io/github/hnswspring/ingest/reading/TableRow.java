package io.github.hnswspring.ingest.reading;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A row of a table as one line:
 * {@code | cache.ttl | 90 | Seconds an entry stays valid. |}. A bar in a cell has a
 * backslash before it.
 */
final class TableRow {

	private TableRow() {
	}

	static String of(List<String> cells) {
		return cells.stream().map((cell) -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |"));
	}

}
