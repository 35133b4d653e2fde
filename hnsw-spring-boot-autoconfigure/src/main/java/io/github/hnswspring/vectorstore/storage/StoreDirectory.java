package io.github.hnswspring.vectorstore.storage;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

/**
 * The directory of a store and the names in it.
 *
 * @param path its real path, without symbolic links
 * @param temporary whether it is removed on close
 */
public record StoreDirectory(Path path, boolean temporary) {

	/** The database. */
	public static final String DATABASE_FILE = "hnsw.db";

	/** Names the truth of a replica; no other store writes beside it. */
	public static final String REPLICA_FILE = "hnsw.replica";

	private static final String TEMPORARY_PREFIX = "hnsw-vector-store-";

	/**
	 * Finds a directory, or makes it.
	 * @param path where it is
	 * @param create whether to make it
	 * @return the directory
	 * @throws NotDirectoryException if something else is in its place; the reason says
	 * what, in a sentence's second half
	 * @throws IOException if it does not exist and cannot be made
	 */
	public static StoreDirectory at(Path path, boolean create) throws IOException {
		requireNothingElse(path);
		if (create) {
			NewDirectories.create(path);
		}
		return new StoreDirectory(path.toRealPath(), false);
	}

	/** The JDK says of all of these that the file exists, or that it does not. */
	private static void requireNothingElse(Path path) throws NotDirectoryException {
		Path place = path.toAbsolutePath();
		while (place != null && !Files.isDirectory(place)) {
			String it = place.equals(path.toAbsolutePath()) ? "it" : place.toString();
			if (Files.exists(place)) {
				throw new NotDirectoryException(it + " is a file, not a directory");
			}
			if (Files.isSymbolicLink(place)) {
				throw new NotDirectoryException(
						it + " is a symbolic link to " + target(place) + ", which does not exist");
			}
			place = place.getParent();
		}
	}

	private static String target(Path link) {
		try {
			return Files.readSymbolicLink(link).toString();
		}
		catch (IOException ex) {
			return "something";
		}
	}

	/**
	 * Makes a directory that lives as long as the store, and removes those whose stores
	 * died without doing so.
	 * @return the directory
	 * @throws IOException if it cannot be made
	 */
	public static StoreDirectory createTemporary() throws IOException {
		// Readable by this user only.
		Path path = Files.createTempDirectory(TEMPORARY_PREFIX).toRealPath();
		Path parent = path.getParent();
		if (parent != null) {
			removeStale(parent, path);
		}
		return new StoreDirectory(path, true);
	}

	private static void removeStale(Path parent, Path except) {
		try (DirectoryStream<Path> candidates = Files.newDirectoryStream(parent, TEMPORARY_PREFIX + "*")) {
			for (Path candidate : candidates) {
				boolean used = Files.exists(candidate.resolve(StoreLock.LOCK_FILE));
				if (used && !candidate.equals(except) && !StoreLock.isExpectedBack(candidate)) {
					removeUnlessLocked(candidate);
				}
			}
		}
		catch (IOException ex) {
			// Tidying up is a courtesy; another user's directory must not stop us.
		}
	}

	private static void removeUnlessLocked(Path candidate) {
		try (StoreLock lock = StoreLock.tryAcquire(candidate)) {
			if (lock != null) {
				delete(candidate);
			}
		}
		catch (IOException ex) {
			// See above.
		}
	}

	/**
	 * The database file.
	 * @return its path
	 */
	public Path database() {
		return this.path.resolve(DATABASE_FILE);
	}

	/**
	 * Removes a temporary directory; leaves any other alone.
	 * @return what went wrong, or {@code null}
	 */
	public @Nullable IOException dispose() {
		if (!this.temporary) {
			return null;
		}
		try {
			delete(this.path);
			return null;
		}
		catch (IOException ex) {
			return ex;
		}
	}

	private static void delete(Path directory) throws IOException {
		Files.walkFileTree(directory, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.delete(file);
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
				Files.delete(visited);
				return FileVisitResult.CONTINUE;
			}

		});
	}

}
