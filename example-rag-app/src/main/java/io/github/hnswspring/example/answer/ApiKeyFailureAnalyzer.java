package io.github.hnswspring.example.answer;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do instead of printing a stack trace. */
class ApiKeyFailureAnalyzer extends AbstractFailureAnalyzer<ApiKeyException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ApiKeyException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.remedy(), cause);
	}

}
