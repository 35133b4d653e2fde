package io.github.hnswspring.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.util.FileSystemUtils;

/** A directory that is gone when it is closed, and whatever is in it. Thread-safe. */
final class TemporaryDirectory implements AutoCloseable {

	private final Path path;

	TemporaryDirectory() {
		try {
			this.path = Files.createTempDirectory("hnsw-test-");
		}
		catch (IOException ex) {
			throw new UncheckedIOException("No temporary directory can be created in "
					+ System.getProperty("java.io.tmpdir") + "; set -Djava.io.tmpdir to one that can be written to",
					ex);
		}
	}

	Path path() {
		return this.path;
	}

	/** What cannot be deleted, such as a mapped file on Windows, fails no test. */
	@Override
	public void close() {
		try {
			FileSystemUtils.deleteRecursively(this.path);
		}
		catch (IOException ex) {
			this.path.toFile().deleteOnExit();
		}
	}

}
