package io.github.hnswspring.ingest;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Puts files in place so that they survive a crash whole or not at all. */
final class DurableFiles {

	private DurableFiles() {
	}

	/** Forces a file to disk, then gives it its name in one step. */
	static void moveIntoPlace(Path temporary, Path target) throws IOException {
		try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
		Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		forceDirectory(Objects.requireNonNull(target.toAbsolutePath().getParent()));
	}

	static void write(Path target, String content) throws IOException {
		Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
		Files.writeString(temporary, content);
		moveIntoPlace(temporary, target);
	}

	private static void forceDirectory(Path directory) {
		try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
			channel.force(true);
		}
		catch (IOException ex) {
			// Windows opens no directories; its renames are journalled.
		}
	}

}
