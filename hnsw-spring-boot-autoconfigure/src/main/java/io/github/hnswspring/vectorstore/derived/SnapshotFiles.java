package io.github.hnswspring.vectorstore.derived;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.options.DerivedFiles;

/**
 * The derived files of a directory. A generation is written once under a name of its own
 * and never touched again, because it may be mapped; the manifest names the valid one.
 * Confined to one thread at a time.
 */
final class SnapshotFiles {

	private static final Log logger = LogFactory.getLog(SnapshotFiles.class);

	private static final Pattern INDEX_FILE = Pattern.compile("index-(\\d{1,18})\\.hnsw");

	private static final int BUFFER_BYTES = 1 << 16;

	private final Path directory;

	private final DerivedFiles files;

	private final IndexFactory indexes;

	SnapshotFiles(Path directory, DerivedFiles files, IndexFactory indexes) {
		this.directory = directory;
		this.files = files;
		this.indexes = indexes;
	}

	/**
	 * Reads the manifest.
	 * @return the manifest, or {@code null} if there is none
	 * @throws IOException if it is damaged
	 */
	@Nullable SnapshotManifest readManifest() throws IOException {
		try {
			return SnapshotManifest.read(this.directory.resolve(SnapshotManifest.FILE));
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	/**
	 * Reads the index an entry of the manifest names.
	 * @throws IOException if it is not the file the manifest was written for
	 */
	HnswIndex readIndex(SnapshotManifest.Entry entry) throws IOException {
		Path file = this.directory.resolve(entry.indexFile());
		long bytes = Files.size(file);
		if (bytes != entry.fileBytes()) {
			throw new IOException(file + " has " + bytes + " bytes, expected " + entry.fileBytes());
		}
		if (checksum(file) != entry.fileChecksum()) {
			throw new IOException(file + " has a wrong checksum");
		}
		String vectors = entry.vectorFile();
		Path vectorFile = vectors.isEmpty() ? null : this.directory.resolve(vectors);
		return this.files.loadIndex(file, (path) -> this.indexes.load(path, vectorFile, entry.model()));
	}

	/** Writes an index under the name of a generation that was never used. */
	SnapshotManifest.Entry writeIndex(HnswIndex index, long change, long covered, int model) throws IOException {
		long generation = lastGeneration() + 1;
		Path file = this.directory.resolve(SnapshotManifest.indexFile(generation));
		this.files.saveIndex(index, file);
		return new SnapshotManifest.Entry(generation, Files.size(file), checksum(file), change, covered,
				index.vectorFile().map((path) -> String.valueOf(path.getFileName())).orElse(""), model);
	}

	/** Makes a generation the valid one, in one step. */
	void writeManifest(SnapshotManifest manifest) throws IOException {
		Path temporary = this.directory.resolve(SnapshotManifest.FILE + ".tmp");
		this.files.write(temporary, manifest.encode());
		this.files.rename(temporary, this.directory.resolve(SnapshotManifest.FILE));
		this.files.forceDirectory(this.directory);
	}

	/**
	 * Removes what the manifest does not name.
	 * @param inUse vector files to keep in any case
	 * @return whether something is left that could not be removed yet, because a system
	 * does not let go of mapped files for example
	 */
	boolean removeOthers(@Nullable SnapshotManifest valid, Set<Path> inUse) {
		boolean left = false;
		try (DirectoryStream<Path> candidates = Files.newDirectoryStream(this.directory, "{index,vectors}*")) {
			for (Path candidate : candidates) {
				String name = String.valueOf(candidate.getFileName());
				boolean ours = INDEX_FILE.matcher(name).matches() || name.endsWith(".tmp")
						|| SnapshotManifest.isVectorFile(name);
				if (ours && !(valid != null && valid.names(name)) && !inUse.contains(candidate)) {
					left |= !isRemoved(candidate);
				}
			}
		}
		catch (IOException | DirectoryIteratorException ex) {
			logger.debug("Old index files in " + this.directory + " could not be listed", ex);
			return true;
		}
		return left;
	}

	private boolean isRemoved(Path file) {
		try {
			this.files.delete(file);
			return true;
		}
		catch (IOException ex) {
			logger.debug("Old index file " + file + " could not be removed yet", ex);
			return false;
		}
	}

	private long lastGeneration() throws IOException {
		long last = 0;
		try (DirectoryStream<Path> candidates = Files.newDirectoryStream(this.directory, "index-*.hnsw")) {
			for (Path candidate : candidates) {
				Matcher matcher = INDEX_FILE.matcher(String.valueOf(candidate.getFileName()));
				if (matcher.matches()) {
					last = Math.max(last, Long.parseLong(matcher.group(1)));
				}
			}
		}
		try {
			SnapshotManifest manifest = readManifest();
			if (manifest != null) {
				for (SnapshotManifest.Entry entry : manifest.entries()) {
					last = Math.max(last, entry.generation());
				}
			}
			return last;
		}
		catch (IOException ex) {
			// Damaged: about to be replaced.
			return last;
		}
	}

	private static long checksum(Path file) throws IOException {
		CRC32C checksum = new CRC32C();
		byte[] buffer = new byte[BUFFER_BYTES];
		try (InputStream input = Files.newInputStream(file)) {
			for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
				checksum.update(buffer, 0, read);
			}
		}
		return checksum.getValue();
	}

}
