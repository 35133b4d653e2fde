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
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * A directory that instances share: each copy has a directory of its own in it, and a
 * file names the one that counts, which is replaced at once.
 */
final class PublishedDirectory implements PublicationPlace {

	/** Names the copy that counts. */
	static final String MANIFEST = "hnsw.published";

	/** Held by the instance that publishes. */
	private static final String LOCK = "hnsw.publish.lock";

	/** What is not complete yet has no name that anybody looks for. */
	private static final String PART = ".part";

	/** A process loses all its locks on a file with the first channel that it closes. */
	private static final Set<Path> publishing = ConcurrentHashMap.newKeySet();

	private final Path directory;

	PublishedDirectory(Path directory) {
		this.directory = directory;
	}

	@Override
	public String where() {
		return "in " + this.directory;
	}

	@Override
	public String remedy() {
		return "Make it a directory this user can write, with enough space for three copies";
	}

	@Override
	public boolean exclusively(Work work) throws IOException {
		Path place = this.directory.toAbsolutePath().normalize();
		if (!publishing.add(place)) {
			return false;
		}
		try {
			Files.createDirectories(this.directory);
			try (FileChannel channel = FileChannel.open(this.directory.resolve(LOCK), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE); FileLock lock = lock(channel)) {
				return lock != null && work.run();
			}
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

	@Override
	public @Nullable String manifest() throws IOException {
		try {
			return Files.readString(this.directory.resolve(MANIFEST), StandardCharsets.UTF_8);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	@Override
	public Path staging(String copy) {
		return this.directory.resolve(copy);
	}

	/** It is there already. */
	@Override
	public OutputStream store(String copy, String file) {
		return OutputStream.nullOutputStream();
	}

	@Override
	public InputStream read(String copy, String file) throws IOException {
		return Files.newInputStream(this.directory.resolve(copy).resolve(file));
	}

	@Override
	public void count(String copy, String manifest) throws IOException {
		Path next = this.directory.resolve(MANIFEST + PART);
		Files.writeString(next, manifest, StandardCharsets.UTF_8);
		try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
		Files.move(next, this.directory.resolve(MANIFEST), StandardCopyOption.ATOMIC_MOVE,
				StandardCopyOption.REPLACE_EXISTING);
	}

	@Override
	public void retain(Collection<String> copies) throws IOException {
		try (DirectoryStream<Path> all = Files.newDirectoryStream(this.directory, PublishedReplica.COPY + "*")) {
			for (Path copy : all) {
				if (!copies.contains(String.valueOf(copy.getFileName()))) {
					FileSystemUtils.deleteRecursively(copy);
				}
			}
		}
	}

}
