package io.github.hnswspring.vectorstore;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;

import io.github.hnswspring.vectorstore.storage.DamagedRowException;
import io.github.hnswspring.vectorstore.storage.DatabaseCopy;
import io.github.hnswspring.vectorstore.storage.NewDirectories;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;

/** Copies a store while it is in use. */
final class StoreBackup {

	private final StoreSession session;

	StoreBackup(StoreSession session) {
		this.session = session;
	}

	/**
	 * Copies the database into another directory: complete and verified, or not at all.
	 * The copy builds its own index when it is opened.
	 */
	void backup(Path target) {
		DerivedFiles files = this.session.options().files();
		Path absolute = target.toAbsolutePath().normalize();
		Path partial = absolute.resolveSibling(absolute.getFileName() + "." + UUID.randomUUID() + ".partial");
		try {
			requireEmpty(absolute);
			NewDirectories.create(partial);
			Path copy = partial.resolve(StoreDirectory.DATABASE_FILE);
			this.session.database().read((connection) -> {
				DatabaseCopy.write(connection, copy);
				return null;
			});
			DatabaseCopy.verify(copy, this.session.options().connections());
			files.forceDirectory(partial);
			Files.deleteIfExists(absolute);
			files.rename(partial, absolute);
			Path parent = absolute.getParent();
			if (parent != null) {
				files.forceDirectory(parent);
			}
		}
		catch (DamagedRowException ex) {
			throw this.session.health().failed(WriteHealth.READ, ex);
		}
		catch (IOException | SQLException ex) {
			throw new StoreException(
					"Backup to " + absolute + " failed: " + ex.getMessage()
							+ ". The store itself is not affected; choose an empty or new directory with enough space",
					ex);
		}
		finally {
			discard(partial);
		}
	}

	private static void requireEmpty(Path target) throws IOException {
		if (!Files.exists(target)) {
			return;
		}
		if (!Files.isDirectory(target)) {
			throw new IOException(target + " exists and is no directory");
		}
		try (DirectoryStream<Path> content = Files.newDirectoryStream(target)) {
			if (content.iterator().hasNext()) {
				throw new IOException(target + " is not empty");
			}
		}
	}

	private static void discard(Path partial) {
		if (!Files.isDirectory(partial)) {
			return;
		}
		IOException ignored = new StoreDirectory(partial, true).dispose();
		assert ignored == null || Files.exists(partial);
	}

}
