package io.github.hnswspring.ingest.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which stores there are, and how one is chosen to be filled. Stateless. */
final class NoIngestStoreFailureAnalyzer extends AbstractFailureAnalyzer<NoIngestStoreException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NoIngestStoreException cause) {
		return new FailureAnalysis(cause.getMessage() + ".", cause.remedy(), cause);
	}

}
