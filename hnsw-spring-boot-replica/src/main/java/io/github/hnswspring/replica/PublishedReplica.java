package io.github.hnswspring.replica;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

import io.github.hnswspring.vectorstore.StoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * A directory that instances share, in which one of them publishes a copy of its replica
 * so that new ones need not read the truth from its beginning. Each copy has a directory
 * of its own, and a file names the one that counts with the checksums of its files; that
 * file is replaced at once, so that whoever reads sees one copy or the other. The copy
 * before it stays for those that are reading it. Confined to one call.
 */
final class PublishedReplica {

	/** Names the copy that counts. */
	static final String MANIFEST = "hnsw.published";

	/** Held by the instance that publishes. */
	static final String LOCK = "hnsw.publish.lock";

	private static final String COPY = "replica-";

	/** What is not complete yet has no name that anybody looks for. */
	private static final String PART = ".part";

	private static final int ATTEMPTS = 3;

	private static final int BUFFER = 1 << 20;

	/** A process loses all its locks on a file with the first channel that it closes. */
	private static final Set<Path> publishing = ConcurrentHashMap.newKeySet();

	private static final Log logger = LogFactory.getLog(PublishedReplica.class);

	private final Path directory;

	private final String truth;

	PublishedReplica(Path directory, String truth) {
		this.directory = directory;
		this.truth = truth;
	}

	/**
	 * Puts a copy in the place of the one that is published, unless another instance is
	 * about to, or did so a moment ago.
	 * @param atMostEvery how old the present one has to be
	 * @param backup writes a replica into a directory that does not exist yet
	 * @return whether that was done
	 * @throws StoreException if it failed; then what was published before still counts
	 */
	boolean publish(Duration atMostEvery, Consumer<Path> backup) {
		Path place = this.directory.toAbsolutePath().normalize();
		if (!publishing.add(place)) {
			return false;
		}
		try {
			Files.createDirectories(this.directory);
			try (FileChannel channel = FileChannel.open(this.directory.resolve(LOCK), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE); FileLock lock = lock(channel)) {
				if (lock == null) {
					return false;
				}
				PublishedFiles former = readable();
				if (former != null && former.at().plus(atMostEvery).isAfter(Instant.now())) {
					return false;
				}
				replace(former, backup);
				return true;
			}
		}
		catch (IOException ex) {
			throw new StoreException("The replica was not published in " + this.directory + ": "
					+ StoreException.reason(ex) + ". Make it a directory this user can write, with enough space for "
					+ "three copies; what was published before still counts", ex);
		}
		finally {
			publishing.remove(place);
		}
	}

	/** The lock, or {@code null} if another instance has it; it ends with its process. */
	private static @Nullable FileLock lock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			return null;
		}
	}

	private @Nullable PublishedFiles readable() throws IOException {
		try {
			return read();
		}
		catch (PublishedFiles.UnreadableException ex) {
			logger.warn(ex.getMessage() + "; it is replaced");
			return null;
		}
	}

	/** What is published, or {@code null} if nothing is. */
	private @Nullable PublishedFiles read() throws IOException {
		Path manifest = this.directory.resolve(MANIFEST);
		try {
			return PublishedFiles.parse(manifest, Files.readString(manifest, StandardCharsets.UTF_8));
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	private void replace(@Nullable PublishedFiles former, Consumer<Path> backup) throws IOException {
		String name = COPY + UUID.randomUUID();
		Path copy = this.directory.resolve(name);
		// Before there is another one, so that two are there at most.
		removeOthers(former, null);
		backup.accept(copy);
		List<PublishedFiles.Entry> files = new ArrayList<>();
		try (DirectoryStream<Path> all = Files.newDirectoryStream(copy)) {
			for (Path file : all) {
				if (!file.endsWith(ReplicaDirectory.MARKER)) {
					files.add(new PublishedFiles.Entry(String.valueOf(file.getFileName()), Files.size(file),
							transfer(file, OutputStream.nullOutputStream())));
				}
			}
		}
		PublishedFiles published = new PublishedFiles(this.truth, name, Instant.now(), List.copyOf(files));
		Path next = this.directory.resolve(MANIFEST + PART);
		Files.writeString(next, published.encode(), StandardCharsets.UTF_8);
		force(next);
		Files.move(next, this.directory.resolve(MANIFEST), StandardCopyOption.ATOMIC_MOVE,
				StandardCopyOption.REPLACE_EXISTING);
		removeOthers(former, published);
		logger.info("The replica is published in " + this.directory + ": " + published.bytes() + " bytes");
	}

	/** Copies that nobody looks for, and what a publisher left that was killed. */
	private void removeOthers(@Nullable PublishedFiles former, @Nullable PublishedFiles current) throws IOException {
		try (DirectoryStream<Path> all = Files.newDirectoryStream(this.directory, COPY + "*")) {
			for (Path copy : all) {
				if (!counts(copy, former) && !counts(copy, current)) {
					FileSystemUtils.deleteRecursively(copy);
				}
			}
		}
	}

	private static boolean counts(Path copy, @Nullable PublishedFiles published) {
		return published != null && copy.endsWith(published.directory());
	}

	/**
	 * Copies what is published into a directory without a store, so that its database is
	 * there once all else is.
	 * @param target where to; what an earlier attempt has left is replaced
	 * @return whether it is there now; if not, a line in the log says why
	 */
	boolean copyTo(ReplicaDirectory target) {
		for (int attempt = 1;; attempt++) {
			PublishedFiles published = null;
			try {
				published = read();
				if (published == null) {
					logger.info("No replica is published in " + this.directory + " yet");
					return false;
				}
				if (!published.truth().equals(this.truth)) {
					logger.warn("The replica that is published in " + this.directory + " is not used: it is one of '"
							+ published.truth() + "', expected '" + this.truth + "'");
					return false;
				}
				target.clear();
				copy(published, target);
				logger.info("The replica begins with the one that was published in " + this.directory + " at "
						+ published.at() + ": " + published.bytes() + " bytes");
				return true;
			}
			catch (IOException ex) {
				target.clear();
				if (attempt < ATTEMPTS && isReplaced(published)) {
					continue;
				}
				logger.warn("The replica that is published in " + this.directory + " cannot be used: "
						+ StoreException.reason(ex));
				return false;
			}
		}
	}

	/** Whether another copy counts now; the one that was read may have been removed. */
	private boolean isReplaced(@Nullable PublishedFiles published) {
		try {
			PublishedFiles now = read();
			return now != null && published != null && !now.directory().equals(published.directory());
		}
		catch (IOException ex) {
			return false;
		}
	}

	private void copy(PublishedFiles published, ReplicaDirectory target) throws IOException {
		Path from = this.directory.resolve(published.directory());
		for (PublishedFiles.Entry entry : published.files()) {
			Path file = target
				.file(entry.name().equals(ReplicaDirectory.DATABASE) ? entry.name() + PART : entry.name());
			long checksum;
			try (OutputStream out = Files.newOutputStream(file)) {
				checksum = transfer(from.resolve(entry.name()), out);
			}
			if (Files.size(file) != entry.bytes() || checksum != entry.checksum()) {
				throw new IOException("its file " + entry.name() + " has " + Files.size(file) + " bytes with checksum "
						+ Long.toHexString(checksum) + ", expected " + entry.bytes() + " with "
						+ Long.toHexString(entry.checksum()));
			}
			force(file);
		}
		// Without a database there is no replica: a start that comes before this begins
		// again.
		Files.move(target.file(ReplicaDirectory.DATABASE + PART), target.file(ReplicaDirectory.DATABASE),
				StandardCopyOption.ATOMIC_MOVE);
	}

	private static long transfer(Path file, OutputStream out) throws IOException {
		CRC32C checksum = new CRC32C();
		byte[] buffer = new byte[BUFFER];
		try (InputStream in = Files.newInputStream(file)) {
			for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
				checksum.update(buffer, 0, read);
				out.write(buffer, 0, read);
			}
		}
		return checksum.getValue();
	}

	private static void force(Path file) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
	}

}
