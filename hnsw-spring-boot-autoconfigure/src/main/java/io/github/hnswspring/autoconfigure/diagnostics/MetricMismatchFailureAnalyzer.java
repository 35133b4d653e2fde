package io.github.hnswspring.autoconfigure.diagnostics;

import java.util.Locale;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.vectorstore.MetricMismatchException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Compares the metric of the store with the one configured.
 */
final class MetricMismatchFailureAnalyzer extends AbstractFailureAnalyzer<MetricMismatchException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MetricMismatchException cause) {
		String expected = property(cause.expected());
		String description = "The HNSW vector store was created with the metric '%s', but hnsw.metric is '%s'. "
			.formatted(expected, property(cause.actual())) + "Nothing has been changed.";
		String action = """
				Do one of these:

				- set hnsw.metric to '%s'
				- set hnsw.directory to a new directory and add the documents there""".formatted(expected);
		return new FailureAnalysis(description, action, cause);
	}

	private static String property(Metric metric) {
		return metric.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
