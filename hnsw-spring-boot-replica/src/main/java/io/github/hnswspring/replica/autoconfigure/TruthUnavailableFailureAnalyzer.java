package io.github.hnswspring.replica.autoconfigure;

import io.github.hnswspring.replica.TruthUnavailableException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what a first start needs. */
final class TruthUnavailableFailureAnalyzer extends AbstractFailureAnalyzer<TruthUnavailableException> {

	private static final String ACTION = """
			A replica is filled from the database at its first start, so that has to be there then. Do one of these:

			- see that the database runs, and that spring.datasource.* leads to it
			- put a backup of another instance's replica into hnsw.directory: it answers without the database, and follows once that is there""";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TruthUnavailableException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), ACTION, cause);
	}

}
