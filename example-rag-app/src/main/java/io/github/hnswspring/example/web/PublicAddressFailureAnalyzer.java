package io.github.hnswspring.example.web;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do instead of printing a stack trace. */
class PublicAddressFailureAnalyzer extends AbstractFailureAnalyzer<PublicAddressException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, PublicAddressException cause) {
		return new FailureAnalysis(cause.getMessage(), "To continue, " + cause.remedy() + ".", cause);
	}

}
