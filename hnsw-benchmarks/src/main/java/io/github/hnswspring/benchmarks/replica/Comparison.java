package io.github.hnswspring.benchmarks.replica;

import java.util.List;

/**
 * A replica beside something else, by turns.
 *
 * @param dataset the documents
 * @param what was done
 * @param threads that did it
 * @param unit of the rates, such as queries/s
 * @param ours median rate of the replica
 * @param recall of the replica, or -1 if it has no meaning
 * @param peer what it was compared with, and how that was set
 * @param theirs its median rate
 * @param peerRecall its recall, or -1
 * @param ratio of the medians, above 1 if the replica is faster
 * @param lowest ratio of all turns
 * @param highest ratio of all turns
 */
public record Comparison(String dataset, String what, int threads, String unit, double ours, double recall, String peer,
		double theirs, double peerRecall, double ratio, double lowest, double highest) implements ReplicaResult {

	static final String MARK = "comparison";

	static Comparison of(String dataset, String what, int threads, String unit, double recall, String peer,
			double peerRecall, Turns.Rates rates) {
		return new Comparison(dataset, what, threads, unit, rates.ours(), recall, peer, rates.theirs(), peerRecall,
				rates.ratio(), rates.lowest(), rates.highest());
	}

	static Comparison of(List<String> cells) {
		return new Comparison(cells.get(0), cells.get(1), Integer.parseInt(cells.get(2)), cells.get(3),
				Double.parseDouble(cells.get(4)), Double.parseDouble(cells.get(5)), cells.get(6),
				Double.parseDouble(cells.get(7)), Double.parseDouble(cells.get(8)), Double.parseDouble(cells.get(9)),
				Double.parseDouble(cells.get(10)), Double.parseDouble(cells.get(11)));
	}

	@Override
	public String toLine() {
		return String.join(SEPARATOR, MARK, this.dataset, this.what, Integer.toString(this.threads), this.unit,
				Double.toString(this.ours), Double.toString(this.recall), this.peer, Double.toString(this.theirs),
				Double.toString(this.peerRecall), Double.toString(this.ratio), Double.toString(this.lowest),
				Double.toString(this.highest));
	}

}
