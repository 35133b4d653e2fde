package io.github.hnswspring.replica;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.StoreDirectoryException;
import io.github.hnswspring.vectorstore.StoreException;

/**
 * The directory of a replica, with a file that names its truth: what has no such file is
 * no replica, and is never overwritten. Confined to the lock of the store.
 */
final class ReplicaDirectory {

	/** Names the truth; other stores do not write beside it. */
	static final String MARKER = "hnsw.replica";

	private static final Log logger = LogFactory.getLog(ReplicaDirectory.class);

	/** Where there is none, there is no replica. */
	static final String DATABASE = "hnsw.db";

	private final Path path;

	private final String truth;

	ReplicaDirectory(Path path, String truth) {
		this.path = path;
		this.truth = truth;
	}

	/** Whether it holds a store that is no replica. */
	boolean isOfNoReplica() {
		try {
			return marked() == null && Files.exists(this.path.resolve(DATABASE));
		}
		catch (IOException ex) {
			throw unusable(ex);
		}
	}

	/** Makes the directory one of a replica, whose documents the truth has now. */
	void claimPromoted() {
		try {
			mark();
		}
		catch (IOException ex) {
			throw unusable(ex);
		}
	}

	private StoreDirectoryException unusable(IOException ex) {
		return new StoreDirectoryException(this.path, StoreException.reason(ex)
				+ ". Make it a directory this user can write, or configure another (hnsw.directory).", ex);
	}

	/**
	 * Makes the directory one of a replica of the truth. What is a replica of another one
	 * is removed.
	 * @return whether a replica was removed
	 */
	boolean claim() {
		try {
			String marked = marked();
			if (marked == null && Files.exists(this.path.resolve(DATABASE))) {
				throw new StoreDirectoryException(this.path, "it holds a store that is no replica (there is no file "
						+ MARKER + " in it), and would be overwritten. Configure another directory (hnsw.directory), "
						+ "or move this one away; to move its documents into tables of our own that have none, set "
						+ "hnsw.replica.promote=true; to have them elsewhere, open it as a store of its own and add them "
						+ "to the other one: exportTo((document, vector) -> ...).", null);
			}
			if (this.truth.equals(marked)) {
				return false;
			}
			if (marked != null && !kind(marked).equals(kind(this.truth))) {
				throw new StoreDirectoryException(this.path, "it is a replica of '" + marked
						+ "', and this application is set up for '" + this.truth
						+ "'. If that is meant, remove the directory, or configure another (hnsw.directory); if not, "
						+ "look at hnsw.replica.attach.table, which decides between the two.", null);
			}
			if (marked != null) {
				logger.warn("The replica in " + this.path + " is made anew: it is one of '" + marked + "', expected '"
						+ this.truth + "'");
				clear();
			}
			mark();
			return marked != null;
		}
		catch (IOException ex) {
			throw unusable(ex);
		}
	}

	/** Of a table that is there, or of tables of our own. */
	private static String kind(String truth) {
		return truth.substring(0, Math.max(0, truth.lastIndexOf(' ')));
	}

	/** Whether nothing was made in it yet, or not to its end. */
	boolean isEmpty() {
		return Files.notExists(file(DATABASE));
	}

	Path file(String name) {
		return this.path.resolve(name);
	}

	private @Nullable String marked() throws IOException {
		Path marker = this.path.resolve(MARKER);
		return Files.exists(marker) ? Files.readString(marker, StandardCharsets.UTF_8).strip() : null;
	}

	/** Marks a directory, a copy of a replica for example. */
	void mark() throws IOException {
		Files.createDirectories(this.path);
		Path temporary = this.path.resolve(MARKER + ".tmp");
		Files.writeString(temporary, this.truth + "\n", StandardCharsets.UTF_8);
		Files.move(temporary, this.path.resolve(MARKER), StandardCopyOption.ATOMIC_MOVE,
				StandardCopyOption.REPLACE_EXISTING);
	}

	/** Removes what a store has written, while none is open; leaves all else. */
	void clear() {
		try (DirectoryStream<Path> files = Files.newDirectoryStream(this.path, "{hnsw.db,index,vectors}*")) {
			for (Path file : files) {
				if (Files.isRegularFile(file)) {
					Files.delete(file);
				}
			}
		}
		catch (IOException ex) {
			throw new StoreDirectoryException(this.path, "the replica in it cannot be removed: "
					+ StoreException.reason(ex) + ". Remove the files of the directory by hand and start again.", ex);
		}
	}

}
