package io.github.hnswspring.benchmarks.replica;

import java.util.List;

/**
 * One figure of replicas that nothing is compared with.
 *
 * @param dataset the documents
 * @param what was measured
 * @param value how much
 * @param unit of what, such as ms or documents/s
 */
public record Figure(String dataset, String what, double value, String unit) implements ReplicaResult {

	static final String MARK = "figure";

	static Figure of(List<String> cells) {
		return new Figure(cells.get(0), cells.get(1), Double.parseDouble(cells.get(2)), cells.get(3));
	}

	@Override
	public String toLine() {
		return String.join(SEPARATOR, MARK, this.dataset, this.what, Double.toString(this.value), this.unit);
	}

}
