package io.github.hnswspring.autoconfigure.diagnostics;

import io.github.hnswspring.vectorstore.UnsupportedStoreVersionException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what to do with a store that a newer version of this library wrote.
 */
final class StoreVersionFailureAnalyzer extends AbstractFailureAnalyzer<UnsupportedStoreVersionException> {

	private static final String ACTION = """
			Do one of these:

			- use the version of hnsw-spring-boot-starter that wrote it, or a newer one
			- put back a backup made before the upgrade
			- set hnsw.directory to another directory""";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedStoreVersionException cause) {
		String description = "The HNSW vector store was written by a newer version of this library: its format "
				+ "version is %d, but only versions up to %d can be read. Nothing has been changed."
					.formatted(cause.actual(), cause.supported());
		return new FailureAnalysis(description, ACTION, cause);
	}

}
