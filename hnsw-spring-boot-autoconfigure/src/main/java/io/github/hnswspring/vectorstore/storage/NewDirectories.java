package io.github.hnswspring.vectorstore.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Makes directories that are still there after a power cut: whatever is forced inside of
 * a directory, its name is an entry in its parent, and that must be forced too.
 */
public final class NewDirectories {

	private NewDirectories() {
	}

	/**
	 * Makes a directory and those above it that do not exist yet.
	 * @param directory the directory
	 * @throws IOException if one cannot be made or forced
	 */
	public static void create(Path directory) throws IOException {
		create(directory, NewDirectories::force);
	}

	static void create(Path directory, Force force) throws IOException {
		if (Files.isDirectory(directory)) {
			// Older JDKs refuse to "create" a symbolic link to a directory.
			return;
		}
		Deque<Path> parents = new ArrayDeque<>();
		Path path = directory.toAbsolutePath();
		while (path != null && !Files.isDirectory(path)) {
			path = path.getParent();
			if (path != null) {
				parents.push(path);
			}
		}
		Files.createDirectories(directory);
		for (Path parent : parents) {
			force.force(parent);
		}
	}

	/**
	 * Refuses a directory that holds something.
	 * @param directory one that does not exist is as good as an empty one
	 * @throws IOException if it is not empty, or no directory
	 */
	public static void requireEmpty(Path directory) throws IOException {
		if (!Files.exists(directory)) {
			return;
		}
		if (!Files.isDirectory(directory)) {
			throw new IOException(directory + " exists and is no directory");
		}
		try (DirectoryStream<Path> content = Files.newDirectoryStream(directory)) {
			if (content.iterator().hasNext()) {
				throw new IOException(directory + " is not empty");
			}
		}
	}

	/**
	 * Makes what was created, renamed or deleted in a directory durable, where the
	 * operating system can.
	 * @param directory the directory
	 * @throws IOException if the disk fails
	 */
	public static void force(Path directory) throws IOException {
		if (System.getProperty("os.name", "").startsWith("Windows")) {
			return;
		}
		try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
			channel.force(true);
		}
		catch (AccessDeniedException ex) {
			// A user who may write a directory but not list it cannot force it.
		}
	}

	/** Forces a directory; a seam for tests. */
	@FunctionalInterface
	interface Force {

		void force(Path directory) throws IOException;

	}

}
