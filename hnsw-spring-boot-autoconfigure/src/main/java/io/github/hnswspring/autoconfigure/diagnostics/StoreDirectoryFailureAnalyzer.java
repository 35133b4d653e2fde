package io.github.hnswspring.autoconfigure.diagnostics;

import io.github.hnswspring.vectorstore.StoreDirectoryException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what to look at when the store's directory cannot be used.
 */
final class StoreDirectoryFailureAnalyzer extends AbstractFailureAnalyzer<StoreDirectoryException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, StoreDirectoryException cause) {
		String action = """
				Do one of these:

				- let the user '%s', who runs this process, create and write files in %s
				- set hnsw.directory to a directory on a local disk that this user may write to; \
				in a container, mount a volume there
				- set hnsw.read-only=true if the store exists already and is only to be searched"""
			.formatted(System.getProperty("user.name"), cause.directory());
		return new FailureAnalysis(cause.getMessage(), action, cause);
	}

}
