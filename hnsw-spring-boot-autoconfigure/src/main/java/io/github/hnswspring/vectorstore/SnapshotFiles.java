package io.github.hnswspring.vectorstore;

import java.io.IOException;
import java.io.InputStream;
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
	 * Reads the index a manifest names.
	 * @throws IOException if it is not the file the manifest was written for
	 */
	HnswIndex readIndex(SnapshotManifest manifest) throws IOException {
		Path file = this.directory.resolve(manifest.indexFile());
		long bytes = Files.size(file);
		if (bytes != manifest.fileBytes()) {
			throw new IOException(file + " has " + bytes + " bytes, expected " + manifest.fileBytes());
		}
		if (checksum(file) != manifest.fileChecksum()) {
			throw new IOException(file + " has a wrong checksum");
		}
		String vectors = manifest.vectorFile();
		Path vectorFile = vectors.isEmpty() ? null : this.directory.resolve(vectors);
		return this.files.loadIndex(file, (path) -> this.indexes.load(path, vectorFile));
	}

	/** Writes an index under the name of a generation that was never used. */
	SnapshotManifest writeIndex(HnswIndex index, String storeId, String token, long change, long covered)
			throws IOException {
		long generation = lastGeneration() + 1;
		Path file = this.directory.resolve(SnapshotManifest.indexFile(generation));
		this.files.saveIndex(index, file);
		return new SnapshotManifest(generation, Files.size(file), checksum(file), storeId, token, change, covered,
				index.vectorFile().map((path) -> String.valueOf(path.getFileName())).orElse(""));
	}

	/** Makes a generation the valid one, in one step. */
	void writeManifest(SnapshotManifest manifest) throws IOException {
		Path temporary = this.directory.resolve(SnapshotManifest.FILE + ".tmp");
		this.files.write(temporary, manifest.encode());
		this.files.rename(temporary, this.directory.resolve(SnapshotManifest.FILE));
		this.files.forceDirectory(this.directory);
	}

	/**
	 * Removes what the manifest does not name; what cannot be removed waits.
	 * @param inUse vector files to keep in any case
	 */
	void removeOthers(@Nullable SnapshotManifest valid, Set<Path> inUse) {
		try (DirectoryStream<Path> candidates = Files.newDirectoryStream(this.directory, "{index,vectors}*")) {
			for (Path candidate : candidates) {
				String name = String.valueOf(candidate.getFileName());
				boolean ours = INDEX_FILE.matcher(name).matches() || name.endsWith(".tmp")
						|| SnapshotManifest.isVectorFile(name);
				boolean named = valid != null && (name.equals(valid.indexFile()) || name.equals(valid.vectorFile()));
				if (ours && !named && !inUse.contains(candidate)) {
					this.files.delete(candidate);
				}
			}
		}
		catch (IOException ex) {
			logger.debug("An old index file could not be removed yet", ex);
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
			return (manifest != null) ? Math.max(last, manifest.generation()) : last;
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
