package io.github.hnswspring.vectorstore.transfer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;

import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import io.github.hnswspring.vectorstore.storage.NewDirectories;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;

/**
 * A directory that is there with all its files or not at all: it is filled under another
 * name. Thread-safe: stateless.
 */
final class WholeDirectory {

	private WholeDirectory() {
	}

	/**
	 * Makes the directory.
	 * @param what is written, as a message begins with it
	 * @param target a directory that does not exist yet, or is empty
	 * @param files makes it durable
	 * @param content writes the files into the directory it is given
	 * @throws StoreException if that fails; then nothing is left behind
	 */
	static void write(String what, Path target, DerivedFiles files, Content content) {
		Path absolute = target.toAbsolutePath().normalize();
		Path partial = absolute.resolveSibling(absolute.getFileName() + "." + UUID.randomUUID() + ".partial");
		boolean complete = false;
		boolean renamed = false;
		try {
			// Files are closed under an interrupted thread: better before than half-way.
			requireNoInterrupt();
			NewDirectories.requireEmpty(absolute);
			NewDirectories.create(partial);
			content.write(partial);
			files.forceDirectory(partial);
			Files.deleteIfExists(absolute);
			files.rename(partial, absolute);
			renamed = true;
			Path parent = absolute.getParent();
			if (parent != null) {
				files.forceDirectory(parent);
			}
			complete = true;
		}
		catch (IOException | UncheckedIOException | SQLException ex) {
			String remedy = StoreException.isInterrupt(ex)
					? "nothing of it is left, repeat it in a thread that is not interrupted"
					: "choose an empty or new directory with enough space";
			throw new StoreException(what + " to " + absolute + " failed: " + StoreException.reason(ex)
					+ ". The store itself is not affected; " + remedy, ex);
		}
		finally {
			discard(partial);
			if (renamed && !complete) {
				discard(absolute);
			}
		}
	}

	private static void requireNoInterrupt() throws ClosedByInterruptException {
		if (Thread.currentThread().isInterrupted()) {
			throw new ClosedByInterruptException();
		}
	}

	private static void discard(Path directory) {
		if (!Files.isDirectory(directory)) {
			return;
		}
		IOException ignored = new StoreDirectory(directory, true).dispose();
		assert ignored == null || Files.exists(directory);
	}

	/** Fills a directory. */
	@FunctionalInterface
	interface Content {

		void write(Path directory) throws IOException, SQLException;

	}

}
