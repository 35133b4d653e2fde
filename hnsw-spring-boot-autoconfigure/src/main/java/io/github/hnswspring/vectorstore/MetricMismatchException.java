package io.github.hnswspring.vectorstore;

import io.github.hnswspring.index.Metric;

/**
 * The store was created with another metric than the one configured. Nothing has been
 * changed.
 */
public class MetricMismatchException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final Metric expected;

	private final Metric actual;

	/**
	 * Creates the exception.
	 * @param expected the metric of the store
	 * @param actual the metric configured
	 */
	public MetricMismatchException(Metric expected, Metric actual) {
		super("The store was created with metric " + expected + ", but " + actual
				+ " is configured. Set hnsw.metric to " + expected
				+ ", or use a new directory (hnsw.directory) and add the documents there.");
		this.expected = expected;
		this.actual = actual;
	}

	/**
	 * The metric of the store.
	 * @return the metric
	 */
	public Metric expected() {
		return this.expected;
	}

	/**
	 * The metric configured.
	 * @return the metric
	 */
	public Metric actual() {
		return this.actual;
	}

}
