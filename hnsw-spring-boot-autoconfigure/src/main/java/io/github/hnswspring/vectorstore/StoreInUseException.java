package io.github.hnswspring.vectorstore;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/** Another process, or another store in this one, owns the directory. */
public class StoreInUseException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final transient @Nullable Path directory;

	private final @Nullable Long ownerPid;

	/**
	 * Creates the exception.
	 * @param directory the store's directory
	 * @param ownerPid the process that owns it, if it could be learned
	 */
	public StoreInUseException(Path directory, @Nullable Long ownerPid) {
		super(message(directory, ownerPid));
		this.directory = directory;
		this.ownerPid = ownerPid;
	}

	private static String message(Path directory, @Nullable Long ownerPid) {
		if (ownerPid != null && ownerPid == ProcessHandle.current().pid()) {
			return "Store directory " + directory + " is in use by another vector store of this process (pid "
					+ ownerPid + "). Share that HnswVectorStore, or give each store a directory of its own.";
		}
		return "Store directory " + directory + " is in use by process " + ((ownerPid != null) ? ownerPid : "(unknown)")
				+ ". Stop that process, use another directory, or raise the lock timeout "
				+ "(hnsw.lock-timeout) to wait for it.";
	}

	/**
	 * The directory in use.
	 * @return its path
	 */
	public @Nullable Path directory() {
		return this.directory;
	}

	/**
	 * The process that owns the directory.
	 * @return its id, or {@code null} if it is not known
	 */
	public @Nullable Long ownerPid() {
		return this.ownerPid;
	}

}
