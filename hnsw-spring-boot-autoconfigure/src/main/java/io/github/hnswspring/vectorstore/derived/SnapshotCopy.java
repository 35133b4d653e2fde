package io.github.hnswspring.vectorstore.derived;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import io.github.hnswspring.vectorstore.storage.ChangeLog;
import io.github.hnswspring.vectorstore.storage.MetaTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

/**
 * The saved index beside a copy of the database, so that the copy answers from the graph
 * at once. What the copy has beyond it is replayed from its log when it is opened, as
 * after any start; vectors that were written while their file was copied are found by
 * their checksums and fetched from the database. So what goes wrong here costs time, and
 * never fails the copy. Confined to one call.
 */
public final class SnapshotCopy {

	private static final Log logger = LogFactory.getLog(SnapshotCopy.class);

	private static final int ATTEMPTS = 3;

	private final Path from;

	private final Path to;

	private final DerivedFiles files;

	private @Nullable SnapshotManifest copied;

	/**
	 * Describes a copy.
	 * @param from the directory of the store
	 * @param to that of the copy
	 * @param files copies
	 */
	public SnapshotCopy(Path from, Path to, DerivedFiles files) {
		this.from = from;
		this.to = to;
		this.files = files;
	}

	/** Copies what is saved now; to be called before the database is copied. */
	public void begin() {
		for (int attempt = 0; attempt < ATTEMPTS && !isCopied(); attempt++) {
			discard();
		}
	}

	/** The writer may save another one meanwhile and remove this one. */
	private boolean isCopied() {
		try {
			SnapshotManifest manifest = SnapshotManifest.read(this.from.resolve(SnapshotManifest.FILE));
			for (SnapshotManifest.Entry entry : manifest.entries()) {
				copy(entry.indexFile());
				if (!entry.vectorFile().isEmpty()) {
					copy(entry.vectorFile());
				}
			}
			this.copied = manifest;
			return true;
		}
		catch (NoSuchFileException ex) {
			return Files.notExists(this.from.resolve(SnapshotManifest.FILE));
		}
		catch (IOException ex) {
			complain(ex);
			discard();
			return true;
		}
	}

	private void copy(String file) throws IOException {
		this.files.copy(this.from.resolve(file), this.to.resolve(file));
	}

	/**
	 * Makes the copied files those of the copied database, or removes them if they do not
	 * belong together.
	 * @param copy writes the database
	 */
	public void finish(SqlConnection copy) throws SQLException {
		SnapshotManifest manifest = this.copied;
		if (manifest == null) {
			return;
		}
		if (!belongsTo(copy, manifest)) {
			// The writer saved another one in between, and cut the log off there.
			discard();
			begin();
			manifest = this.copied;
			if (manifest == null || !belongsTo(copy, manifest)) {
				discard();
				return;
			}
		}
		String storeId = MetaTable.get(copy, MetaTable.STORE_ID);
		String token = UUID.randomUUID().toString();
		try {
			this.files.write(this.to.resolve(SnapshotManifest.FILE),
					new SnapshotManifest(String.valueOf(storeId), token, manifest.serving(), manifest.building())
						.encode());
			MetaTable.put(copy, MetaTable.SNAPSHOT, token);
		}
		catch (IOException ex) {
			complain(ex);
			discard();
		}
	}

	private static boolean belongsTo(SqlConnection copy, SnapshotManifest manifest) throws SQLException {
		long prunedTo = ChangeLog.prunedTo(copy);
		long last = ChangeLog.last(copy);
		return manifest.entries().stream().allMatch((entry) -> entry.change() >= prunedTo && entry.change() <= last);
	}

	private void complain(IOException problem) {
		logger.warn("The index of " + this.from + " is not part of the backup (" + StoreException.reason(problem)
				+ "); the backup builds its own when it is opened");
	}

	/** Leaves no file of the index in the copy. */
	public void discard() {
		this.copied = null;
		for (String pattern : new String[] { "index*", "vectors*" }) {
			try (var left = Files.newDirectoryStream(this.to, pattern)) {
				for (Path file : left) {
					Files.delete(file);
				}
			}
			catch (IOException ex) {
				logger.debug("Files of an index in " + this.to + " could not be removed", ex);
			}
		}
	}

}
