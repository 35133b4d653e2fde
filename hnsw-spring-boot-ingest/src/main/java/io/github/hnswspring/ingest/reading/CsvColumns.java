package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/**
 * Divides rows that are too wide for a passage into groups of columns. Each group has the
 * names of its columns and the first column, which says what the row is about; values
 * stay as the file has them. No state.
 */
final class CsvColumns {

	/** Beside the longest path of headings, so much fits into a passage. */
	private static final int MAX_PIECES = SectionSplitter.MAX_PIECES - SectionSplitter.MAX_HEADING_PIECES;

	/** A longer value is text, which is cut at words; it makes no table wide. */
	private static final int MAX_VALUE_PIECES = 40;

	/** Bounds the work of finding out how wide columns are. */
	private static final int SAMPLE = 200;

	private static final double MOST = 0.9;

	private static final int MAX_KEY = 80;

	/** Columns beside each other, the last one exclusive. */
	private record Group(int from, int to) {

		List<String> values(List<String> row) {
			return row.subList(Math.min(this.from, row.size()), Math.min(this.to, row.size()));
		}

	}

	private CsvColumns() {
	}

	/**
	 * Divides rows into groups of columns where one row does not fit into a passage.
	 * @param rows the rows, value by value; with names, the first one has them
	 * @param named whether the first row names the columns
	 * @param delimiter what stands between values
	 * @return the rows of each group, one a line
	 */
	static List<String> groups(List<List<String>> rows, boolean named, char delimiter) {
		List<Group> groups = groups(pieces(rows, named));
		List<StringJoiner> texts = groups.stream().map((group) -> new StringJoiner("\n")).toList();
		for (int row = 0; row < rows.size(); row++) {
			List<String> cells = rows.get(row);
			for (int i = 0; i < groups.size() && (i == 0 || groups.get(i).from() < cells.size()); i++) {
				List<String> values = groups.get(i).values(cells);
				boolean says = values.stream().anyMatch((value) -> !value.isBlank());
				// Where later groups have no value, there is nothing to say of the row.
				if (i == 0 || (row == 0 && named) || says) {
					String line = String.join(String.valueOf(delimiter), values);
					texts.get(i).add((i == 0) ? line : key(cells) + delimiter + line);
				}
			}
		}
		return texts.stream().map(StringJoiner::toString).toList();
	}

	/** A long one stands in the first group only. */
	private static String key(List<String> cells) {
		return (cells.get(0).length() <= MAX_KEY) ? cells.get(0) : "";
	}

	private static List<Group> groups(int[] pieces) {
		if (IntStream.of(pieces).sum() <= MAX_PIECES) {
			return List.of(new Group(0, Integer.MAX_VALUE));
		}
		List<Group> groups = new ArrayList<>();
		int from = 0;
		int size = pieces[0];
		for (int column = 1; column < pieces.length; column++) {
			if (size + pieces[column] > MAX_PIECES && column - from > 0) {
				groups.add(new Group(from, column));
				from = column;
				size = pieces[0];
			}
			size += pieces[column];
		}
		// What a row has beyond the columns belongs to the last group.
		groups.add(new Group(from, Integer.MAX_VALUE));
		return groups;
	}

	/** How much room each column takes, with its name and the delimiter. */
	private static int[] pieces(List<List<String>> rows, boolean named) {
		List<List<String>> sample = rows.subList(named ? 1 : 0, Math.min(rows.size(), SAMPLE));
		int columns = named ? rows.get(0).size() : sample.stream().mapToInt(List::size).max().orElse(1);
		return IntStream.range(0, columns).map((column) -> {
			int[] values = sample.stream()
				.filter((row) -> column < row.size())
				.mapToInt((row) -> Math.min(WordPieces.estimate(row.get(column)), MAX_VALUE_PIECES))
				.sorted()
				.toArray();
			int usual = (values.length == 0) ? 0 : values[(int) Math.ceil((values.length - 1) * MOST)];
			return named ? WordPieces.estimate(rows.get(0).get(column)) + usual + 2 : usual + 1;
		}).toArray();
	}

}
