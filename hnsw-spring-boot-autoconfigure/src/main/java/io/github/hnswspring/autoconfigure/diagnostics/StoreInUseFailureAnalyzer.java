package io.github.hnswspring.autoconfigure.diagnostics;

import io.github.hnswspring.vectorstore.StoreInUseException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Names the process that owns the store's directory.
 */
final class StoreInUseFailureAnalyzer extends AbstractFailureAnalyzer<StoreInUseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, StoreInUseException cause) {
		Long owner = cause.ownerPid();
		String directory = "The directory " + cause.directory() + " of the HNSW vector store is in use by ";
		if (owner != null && owner == ProcessHandle.current().pid()) {
			return new FailureAnalysis(directory + "another vector store of this process (" + owner + ").", """
					Do one of these:

					- inject the one HnswVectorStore bean instead of building a second one
					- give each store a directory of its own
					- if another application context of this process owns it, close that context first""", cause);
		}
		String process = (owner != null) ? "process " + owner : "another process whose id is not known";
		return new FailureAnalysis(directory + process + ". A store has one process at a time.", """
				Do one of these:

				- stop %s
				- set hnsw.directory to another directory
				- set hnsw.lock-timeout, such as 30s, to wait until it has stopped, as a rolling restart needs it"""
			.formatted((owner != null) ? "process " + owner : "that process"), cause);
	}

}
