package io.github.hnswspring.benchmarks.retrieval;

/**
 * What came of one kind of question in one mode.
 *
 * @param configuration of the JVM
 * @param corpus the texts
 * @param passages how many there are
 * @param documents of so many documents
 * @param questions the kind of question
 * @param asked how many
 * @param mode how was searched
 * @param recallAt1 share of the questions whose first passage is right
 * @param recallAt10 share of the questions with a right one among ten
 * @param ndcgAt10 normalised discounted cumulative gain of ten, right or wrong
 * @param documentsAmong10 different documents among ten
 * @param p50Micros median latency, the question's embedding left out
 * @param p95Micros latency 95 % of the questions stay below
 */
public record RetrievalRow(String configuration, String corpus, int passages, long documents, String questions,
		int asked, String mode, double recallAt1, double recallAt10, double ndcgAt10, double documentsAmong10,
		double p50Micros, double p95Micros) {

	private static final String SEPARATOR = "\t";

	/** All but the configuration, which the JVM itself does not know. */
	String toLine() {
		return String.join(SEPARATOR, this.corpus, Integer.toString(this.passages), Long.toString(this.documents),
				this.questions, Integer.toString(this.asked), this.mode, Double.toString(this.recallAt1),
				Double.toString(this.recallAt10), Double.toString(this.ndcgAt10),
				Double.toString(this.documentsAmong10), Double.toString(this.p50Micros),
				Double.toString(this.p95Micros));
	}

	/**
	 * Reads what a forked JVM has written.
	 * @param configuration of that JVM
	 * @param line the line
	 * @return the row
	 */
	public static RetrievalRow of(String configuration, String line) {
		String[] cells = line.split(SEPARATOR);
		return new RetrievalRow(configuration, cells[0], Integer.parseInt(cells[1]), Long.parseLong(cells[2]), cells[3],
				Integer.parseInt(cells[4]), cells[5], Double.parseDouble(cells[6]), Double.parseDouble(cells[7]),
				Double.parseDouble(cells[8]), Double.parseDouble(cells[9]), Double.parseDouble(cells[10]),
				Double.parseDouble(cells[11]));
	}

}
