package io.github.hnswspring.vectorstore.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Ownership of a directory by one store of one process, as a lock of the operating
 * system: it ends with the process, however that ends. Thread-safe.
 *
 * <p>
 * Closing any channel on the lock file drops a POSIX lock of the whole process. So the
 * file is opened only by a store that owns the directory within this JVM already; that is
 * noted in the system properties, the one registry that all class loaders share.
 */
public final class StoreLock implements AutoCloseable {

	/** The file that is locked; it stays empty. */
	public static final String LOCK_FILE = "hnsw.lock";

	/** Names the owner, for the message to others. */
	public static final String OWNER_FILE = "hnsw.pid";

	private static final String REGISTRY_PREFIX = StoreLock.class.getName() + ":";

	private static final long POLL_MILLIS = 50;

	private final Path directory;

	private final FileChannel channel;

	private StoreLock(Path directory, FileChannel channel) {
		this.directory = directory;
		this.channel = channel;
	}

	/**
	 * Takes ownership.
	 * @param directory the real path of an existing directory
	 * @param timeout how long to wait for the present owner
	 * @return the lock
	 * @throws HeldException if another store owns the directory for longer
	 * @throws IOException if the lock file cannot be written
	 */
	public static StoreLock acquire(Path directory, Duration timeout) throws HeldException, IOException {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (true) {
			StoreLock lock = tryAcquire(directory);
			if (lock != null) {
				return lock;
			}
			if (System.nanoTime() - deadline >= 0) {
				throw new HeldException(owner(directory));
			}
			try {
				Thread.sleep(POLL_MILLIS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new HeldException(owner(directory));
			}
		}
	}

	/**
	 * Takes ownership if no store has it.
	 * @param directory the real path of an existing directory
	 * @return the lock, or {@code null}
	 * @throws IOException if the lock file cannot be written
	 */
	static @Nullable StoreLock tryAcquire(Path directory) throws IOException {
		String entry = REGISTRY_PREFIX + directory;
		if (System.getProperties().putIfAbsent(entry, "held") != null) {
			return null;
		}
		StoreLock lock = null;
		try {
			lock = tryLockFile(directory);
			return lock;
		}
		finally {
			if (lock == null) {
				System.getProperties().remove(entry);
			}
		}
	}

	private static @Nullable StoreLock tryLockFile(Path directory) throws IOException {
		FileChannel channel = FileChannel.open(directory.resolve(LOCK_FILE), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE);
		boolean owned = false;
		try {
			if (channel.tryLock() == null) {
				return null;
			}
			writeOwner(directory);
			owned = true;
			return new StoreLock(directory, channel);
		}
		catch (OverlappingFileLockException ex) {
			// Another path to the same directory that real paths do not reveal, such as a
			// bind mount.
			return null;
		}
		finally {
			if (!owned) {
				channel.close();
			}
		}
	}

	private static void writeOwner(Path directory) throws IOException {
		Path temporary = directory.resolve(OWNER_FILE + ".tmp");
		Files.writeString(temporary, ProcessHandle.current().pid() + "\n", StandardCharsets.US_ASCII);
		Files.move(temporary, directory.resolve(OWNER_FILE), StandardCopyOption.REPLACE_EXISTING);
	}

	/**
	 * Whether the last owner of a directory that is not locked is still running, as while
	 * its application context is paused.
	 */
	static boolean isExpectedBack(Path directory) {
		Long pid = owner(directory);
		return pid != null && ProcessHandle.of(pid).isPresent();
	}

	/**
	 * Whether a store of this process owns a directory.
	 * @param directory its real path
	 * @return {@code true} if so
	 */
	public static boolean isHeldHere(Path directory) {
		return System.getProperty(REGISTRY_PREFIX + directory) != null;
	}

	private static @Nullable Long owner(Path directory) {
		if (isHeldHere(directory)) {
			return ProcessHandle.current().pid();
		}
		try {
			return Long.valueOf(Files.readString(directory.resolve(OWNER_FILE), StandardCharsets.US_ASCII).strip());
		}
		catch (IOException | NumberFormatException ex) {
			return null;
		}
	}

	/** Gives the directory up. */
	@Override
	public void close() throws IOException {
		close(false);
	}

	/**
	 * Gives the directory up.
	 * @param comingBack whether to leave a note for {@link #isExpectedBack}
	 * @throws IOException if the files cannot be released
	 */
	public void close(boolean comingBack) throws IOException {
		try {
			if (!comingBack) {
				Files.deleteIfExists(this.directory.resolve(OWNER_FILE));
			}
		}
		finally {
			try {
				this.channel.close();
			}
			finally {
				System.getProperties().remove(REGISTRY_PREFIX + this.directory);
			}
		}
	}

	/** Another store owns the directory. */
	public static final class HeldException extends Exception {

		private static final long serialVersionUID = 1L;

		private final @Nullable Long owner;

		HeldException(@Nullable Long owner) {
			super("owned by process " + owner);
			this.owner = owner;
		}

		/**
		 * The process that owns the directory.
		 * @return its id, or {@code null} if it is not known
		 */
		public @Nullable Long owner() {
			return this.owner;
		}

	}

}
