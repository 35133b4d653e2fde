package io.github.hnswspring.autoconfigure.diagnostics;

import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

import io.github.hnswspring.vectorstore.StoreDirectoryException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what to look at when the store's directory cannot be used.
 */
final class StoreDirectoryFailureAnalyzer extends AbstractFailureAnalyzer<StoreDirectoryException> {

	private static final String ABSENT_ACTION = """
			The directory does not exist and has not been created. Do one of these:

			- set hnsw.directory to the directory of an existing store, or to one that can be created
			- leave hnsw.read-only out if it is set: a store for reading only is never created""";

	private static final String NO_DIRECTORY_ACTION = """
			Do one of these:

			- set hnsw.directory to a directory, or to a path where one can be created
			- move away what is there; if it is a link, mount or create what it leads to""";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, StoreDirectoryException cause) {
		// A read-only store does not create it; in places such as /proc it is impossible.
		if (cause.getCause() instanceof NoSuchFileException) {
			return new FailureAnalysis(cause.getMessage(), ABSENT_ACTION, cause);
		}
		if (cause.getCause() instanceof NotDirectoryException) {
			return new FailureAnalysis(cause.getMessage(), NO_DIRECTORY_ACTION, cause);
		}
		if (cause.getCause() == null && String.valueOf(cause.getMessage()).contains("replica")) {
			return new FailureAnalysis(cause.getMessage(),
					"Do what the description says; nothing in the directory was changed.", cause);
		}
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
