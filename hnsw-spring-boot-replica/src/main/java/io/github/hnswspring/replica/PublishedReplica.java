package io.github.hnswspring.replica;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

import io.github.hnswspring.vectorstore.StoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a replica that one instance publishes so that new ones need not read the
 * truth from its beginning. A text names the copy that counts with the checksums of its
 * files. The copy before it stays for those that are reading it. Confined to one call.
 */
final class PublishedReplica {

	/** How the name of a copy begins. */
	static final String COPY = "replica-";

	/** What is not complete yet has no name that anybody looks for. */
	private static final String PART = ".part";

	private static final int ATTEMPTS = 3;

	private static final int BUFFER = 1 << 20;

	private static final Log logger = LogFactory.getLog(PublishedReplica.class);

	private final PublicationPlace place;

	private final String truth;

	PublishedReplica(PublicationPlace place, String truth) {
		this.place = place;
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
		try {
			return this.place.exclusively(() -> {
				PublishedFiles former = readable();
				if (former != null && former.truth().equals(this.truth)
						&& former.at().plus(atMostEvery).isAfter(Instant.now())) {
					return false;
				}
				replace(former, backup);
				return true;
			});
		}
		catch (IOException ex) {
			throw new StoreException(
					"The replica was not published " + this.place.where() + ": " + StoreException.reason(ex) + ". "
							+ this.place.remedy() + "; what was published before still counts",
					ex);
		}
	}

	/** Whether one of this truth is published, as far as its description tells. */
	boolean isThere() {
		try {
			PublishedFiles published = read();
			return published != null && published.truth().equals(this.truth);
		}
		catch (IOException ex) {
			return false;
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
		String manifest = this.place.manifest();
		return (manifest != null) ? PublishedFiles.parse(this.place.where(), manifest) : null;
	}

	private void replace(@Nullable PublishedFiles former, Consumer<Path> backup) throws IOException {
		String name = COPY + UUID.randomUUID();
		Path copy = this.place.staging(name);
		// Before there is another one, so that two are there at most.
		retain(former, null);
		backup.accept(copy);
		List<PublishedFiles.Entry> files = new ArrayList<>();
		try (DirectoryStream<Path> all = Files.newDirectoryStream(copy)) {
			for (Path file : all) {
				if (!file.endsWith(ReplicaDirectory.MARKER)) {
					files.add(store(name, file));
				}
			}
		}
		PublishedFiles published = new PublishedFiles(this.truth, name, Instant.now(), List.copyOf(files));
		this.place.count(name, published.encode());
		try {
			retain(former, published);
		}
		catch (IOException ex) {
			logger.warn("The copy before the last one could not be removed " + this.place.where() + ": "
					+ StoreException.reason(ex) + ". The next publication does it");
		}
		logger.info("The replica is published " + this.place.where() + ": " + published.bytes() + " bytes");
	}

	private PublishedFiles.Entry store(String copy, Path file) throws IOException {
		String name = String.valueOf(file.getFileName());
		try (InputStream in = Files.newInputStream(file); OutputStream out = this.place.store(copy, name)) {
			return new PublishedFiles.Entry(name, Files.size(file), transfer(in, out));
		}
	}

	private void retain(@Nullable PublishedFiles former, @Nullable PublishedFiles current) throws IOException {
		this.place.retain(Stream.of(former, current).filter(Objects::nonNull).map(PublishedFiles::directory).toList());
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
					logger.info("No replica is published " + this.place.where() + " yet");
					return false;
				}
				if (!published.truth().equals(this.truth)) {
					logger.warn("The replica that is published " + this.place.where() + " is not used: it is one of '"
							+ published.truth() + "', expected '" + this.truth + "'");
					return false;
				}
				target.clear();
				copy(published, target);
				logger.info("The replica begins with the one that was published " + this.place.where() + " at "
						+ published.at() + ": " + published.bytes() + " bytes");
				return true;
			}
			catch (IOException ex) {
				target.clear();
				if (attempt < ATTEMPTS && isReplaced(published)) {
					continue;
				}
				logger.warn("The replica that is published " + this.place.where() + " cannot be used: "
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
		for (PublishedFiles.Entry entry : published.files()) {
			Path file = target
				.file(entry.name().equals(ReplicaDirectory.DATABASE) ? entry.name() + PART : entry.name());
			long checksum;
			try (InputStream in = this.place.read(published.directory(), entry.name());
					OutputStream out = Files.newOutputStream(file)) {
				checksum = transfer(in, out);
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

	private static long transfer(InputStream in, OutputStream out) throws IOException {
		CRC32C checksum = new CRC32C();
		byte[] buffer = new byte[BUFFER];
		for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
			checksum.update(buffer, 0, read);
			out.write(buffer, 0, read);
		}
		return checksum.getValue();
	}

	private static void force(Path file) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
	}

}
