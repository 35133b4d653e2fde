package io.github.hnswspring.autoconfigure.diagnostics;

import io.github.hnswspring.vectorstore.SqliteUnavailableException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says how SQLite's native library gets loaded and what usually prevents it.
 */
final class SqliteUnavailableFailureAnalyzer extends AbstractFailureAnalyzer<SqliteUnavailableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, SqliteUnavailableException cause) {
		String description = "The HNSW vector store keeps its documents in SQLite, whose native library cannot be "
				+ "loaded on %s/%s: %s".formatted(System.getProperty("os.name"), System.getProperty("os.arch"),
						reason(cause.getCause()));
		String action = """
				The library is unpacked from org.xerial:sqlite-jdbc into a temporary directory and loaded from there. \
				Do one of these:

				- make sure that %s is writable and not mounted 'noexec', or choose another directory \
				with -Dorg.sqlite.tmpdir=<directory>
				- install the library yourself and start Java with -Dorg.sqlite.lib.path=<directory>
				- start Java with --enable-native-access=ALL-UNNAMED if it was told to deny native access
				- keep org.xerial:sqlite-jdbc complete: do not exclude or shrink its native libraries"""
			.formatted(System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir")));
		return new FailureAnalysis(description, action, cause);
	}

	private static String reason(@Nullable Throwable cause) {
		return (cause == null) ? "no reason was given"
				: (cause.getMessage() != null) ? cause.getMessage() : cause.getClass().getName();
	}

}
