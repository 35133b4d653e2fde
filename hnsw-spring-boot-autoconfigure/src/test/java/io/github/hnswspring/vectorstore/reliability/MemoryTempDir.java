package io.github.hnswspring.vectorstore.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Temporary directories in memory where Linux has that: stores opened ten thousand times
 * would otherwise wait for the disk most of the time.
 */
final class MemoryTempDir implements TempDirFactory {

	private static final Path MEMORY = Path.of("/dev/shm");

	@Override
	public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
		return Files.isWritable(MEMORY) ? Files.createTempDirectory(MEMORY, "hnsw-junit")
				: Files.createTempDirectory("hnsw-junit");
	}

}
