package io.github.hnswspring.vectorstore.options;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.storage.NewDirectories;

/**
 * The file operations on derived files. A seam: fault-injection tests make each of them
 * fail, and hold up a build at a known place.
 */
public interface DerivedFiles {

	/** The real file system. */
	DerivedFiles DEFAULT = new DerivedFiles() {
	};

	/** Every new index passes here. */
	default HnswIndex newIndex(HnswIndex index) {
		return index;
	}

	default void saveIndex(HnswIndex index, Path file) {
		if (index.vectorFile().isPresent()) {
			index.saveWithoutVectors(file);
		}
		else {
			index.save(file);
		}
	}

	/** Whether the next chunk of a background build may begin. */
	default boolean mayBuildOn() {
		return true;
	}

	default HnswIndex loadIndex(Path file, Function<Path, HnswIndex> loader) {
		return loader.apply(file);
	}

	/** Writes and forces a small file. */
	default void write(Path file, byte[] content) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE,
				StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
			ByteBuffer buffer = ByteBuffer.wrap(content);
			while (buffer.hasRemaining()) {
				channel.write(buffer);
			}
			channel.force(true);
		}
	}

	/** Copies and forces a file. */
	default void copy(Path from, Path to) throws IOException {
		Files.copy(from, to);
		try (FileChannel channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
	}

	default void rename(Path from, Path to) throws IOException {
		Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	/** Makes renames in a directory durable, where the operating system can. */
	default void forceDirectory(Path directory) throws IOException {
		NewDirectories.force(directory);
	}

	default void delete(Path file) throws IOException {
		Files.deleteIfExists(file);
	}

}
