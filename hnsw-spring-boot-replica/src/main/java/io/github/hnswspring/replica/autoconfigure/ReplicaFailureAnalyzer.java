package io.github.hnswspring.replica.autoconfigure;

import io.github.hnswspring.replica.ReplicaConfigurationException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to configure in another way. */
final class ReplicaFailureAnalyzer extends AbstractFailureAnalyzer<ReplicaConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ReplicaConfigurationException cause) {
		return new FailureAnalysis(cause.problem(), cause.action(), cause);
	}

}
