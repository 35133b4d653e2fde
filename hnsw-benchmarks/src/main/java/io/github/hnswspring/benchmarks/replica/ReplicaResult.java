package io.github.hnswspring.benchmarks.replica;

import java.util.Arrays;
import java.util.List;

/**
 * What a forked JVM has measured, in the form of a line.
 */
public sealed interface ReplicaResult permits Comparison, Figure {

	/** Stands between the cells of a line. */
	String SEPARATOR = "\t";

	/**
	 * Writes the result.
	 * @return one line
	 */
	String toLine();

	/**
	 * Reads what a forked JVM has written.
	 * @param line the line
	 * @return the result
	 */
	static ReplicaResult of(String line) {
		List<String> cells = Arrays.asList(line.split(SEPARATOR));
		List<String> rest = cells.subList(1, cells.size());
		return switch (cells.get(0)) {
			case Comparison.MARK -> Comparison.of(rest);
			case Figure.MARK -> Figure.of(rest);
			default -> throw new IllegalArgumentException("A result is a " + Comparison.MARK + " or a " + Figure.MARK
					+ ", but the line begins with '" + cells.get(0) + "'");
		};
	}

}
