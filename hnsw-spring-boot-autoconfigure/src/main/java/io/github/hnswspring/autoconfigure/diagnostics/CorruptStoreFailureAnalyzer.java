package io.github.hnswspring.autoconfigure.diagnostics;

import io.github.hnswspring.vectorstore.CorruptStoreException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says how to get the documents of a damaged database back.
 */
final class CorruptStoreFailureAnalyzer extends AbstractFailureAnalyzer<CorruptStoreException> {

	private static final String ACTION = """
			Keep a copy of the directory as it is, then do one of these:

			- put back a backup made with HnswVectorStore.backup(path)
			- save what can still be read into a new directory with HnswVectorStore.salvage or SQLite's shell, as said above
			- set hnsw.directory to a new directory and add the documents again

			The files of the index need no care: they are rebuilt from the database.""";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, CorruptStoreException cause) {
		return new FailureAnalysis("The HNSW vector store is damaged. " + cause.getMessage(), ACTION, cause);
	}

}
