package io.github.hnswspring.vectorstore.derived;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

/**
 * Says which files hold the index and which rows are in it: lines of {@code name=value},
 * the last one the CRC-32C of those before.
 *
 * @param storeId the store it belongs to
 * @param token also noted in the database, so that a manifest of another time is not
 * mistaken for the present one
 * @param serving what searches use
 * @param building what is being built to take its place, as far as it was; its lines
 * begin with {@code building.} and are left out, as an older library leaves them unread,
 * if there is none
 */
record SnapshotManifest(String storeId, String token, Entry serving, @Nullable Entry building) {

	/** The manifest's name in the store's directory. */
	static final String FILE = "index.manifest";

	static final int VERSION = 1;

	static final String VECTORS_PREFIX = "vectors-";

	static final String VECTORS_SUFFIX = ".f32";

	private static final Pattern VECTOR_FILE = Pattern
		.compile(VECTORS_PREFIX + "[0-9a-f-]{36}" + Pattern.quote(VECTORS_SUFFIX));

	private static final String BUILDING = "building.";

	private static final int MAX_BYTES = 4_096;

	static String indexFile(long generation) {
		return "index-" + generation + ".hnsw";
	}

	/** The entries there are, the serving one first. */
	List<Entry> entries() {
		return (this.building != null) ? List.of(this.serving, this.building) : List.of(this.serving);
	}

	/** Whether a file belongs to the snapshot. */
	boolean names(String file) {
		return entries().stream()
			.anyMatch((entry) -> file.equals(entry.indexFile()) || file.equals(entry.vectorFile()));
	}

	byte[] encode() {
		StringBuilder text = new StringBuilder();
		text.append("version=").append(VERSION).append('\n');
		text.append("storeId=").append(this.storeId).append('\n');
		text.append("token=").append(this.token).append('\n');
		this.serving.encode(text, "");
		if (this.building != null) {
			this.building.encode(text, BUILDING);
		}
		long checksum = checksum(text.toString());
		text.append("checksum=").append(checksum).append('\n');
		return text.toString().getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Reads a manifest.
	 * @throws IOException if it cannot be read or is not exactly what was written
	 */
	static SnapshotManifest read(Path file) throws IOException {
		long size = Files.size(file);
		if (size > MAX_BYTES) {
			throw new IOException(file + " has " + size + " bytes, more than any manifest");
		}
		String text = Files.readString(file, StandardCharsets.UTF_8);
		int last = text.lastIndexOf("checksum=");
		if (last < 0 || !text.endsWith("\n")) {
			throw new IOException(file + " is incomplete");
		}
		String body = text.substring(0, last);
		Map<String, String> values = values(file, text);
		if (!String.valueOf(checksum(body)).equals(values.get("checksum"))) {
			throw new IOException(file + " has a wrong checksum");
		}
		if (number(file, values, "version") != VERSION) {
			throw new IOException(file + " has version " + values.get("version") + ", but " + VERSION + " is read");
		}
		boolean building = values.containsKey(BUILDING + "generation");
		return new SnapshotManifest(values.getOrDefault("storeId", ""), values.getOrDefault("token", ""),
				Entry.read(file, values, ""), building ? Entry.read(file, values, BUILDING) : null);
	}

	private static Map<String, String> values(Path file, String text) throws IOException {
		Map<String, String> values = new LinkedHashMap<>();
		for (String line : text.split("\n")) {
			int equals = line.indexOf('=');
			if (equals < 1) {
				throw new IOException(file + " has a line that is no name=value");
			}
			values.put(line.substring(0, equals), line.substring(equals + 1));
		}
		return values;
	}

	static boolean isVectorFile(String name) {
		return VECTOR_FILE.matcher(name).matches();
	}

	private static long number(Path file, Map<String, String> values, String name) throws IOException {
		try {
			return Long.parseLong(values.getOrDefault(name, ""));
		}
		catch (NumberFormatException ex) {
			throw new IOException(file + " has no number for " + name, ex);
		}
	}

	private static long checksum(String body) {
		CRC32C checksum = new CRC32C();
		checksum.update(body.getBytes(StandardCharsets.UTF_8));
		return checksum.getValue();
	}

	/**
	 * One saved index.
	 *
	 * @param generation grows with each index file
	 * @param fileBytes the size of the index file
	 * @param fileChecksum its CRC-32C
	 * @param change all changes up to this one are in the index, later ones may be
	 * @param covered all rows up to this key are in the index
	 * @param vectorFile the file the vectors lie in, or empty if the index file holds
	 * them
	 * @param model the generation of the embedding model they come from; 0 in manifests
	 * of earlier releases, which do not say
	 */
	record Entry(long generation, long fileBytes, long fileChecksum, long change, long covered, String vectorFile,
			int model) {

		String indexFile() {
			return SnapshotManifest.indexFile(this.generation);
		}

		private void encode(StringBuilder text, String prefix) {
			text.append(prefix).append("generation=").append(this.generation).append('\n');
			text.append(prefix).append("fileBytes=").append(this.fileBytes).append('\n');
			text.append(prefix).append("fileChecksum=").append(this.fileChecksum).append('\n');
			text.append(prefix).append("change=").append(this.change).append('\n');
			text.append(prefix).append("covered=").append(this.covered).append('\n');
			text.append(prefix).append("vectorFile=").append(this.vectorFile).append('\n');
			text.append(prefix).append("model=").append(this.model).append('\n');
		}

		private static Entry read(Path file, Map<String, String> values, String prefix) throws IOException {
			return new Entry(number(file, values, prefix + "generation"), number(file, values, prefix + "fileBytes"),
					number(file, values, prefix + "fileChecksum"), number(file, values, prefix + "change"),
					number(file, values, prefix + "covered"), vectorFile(file, values, prefix + "vectorFile"),
					model(file, values, prefix + "model"));
		}

		private static int model(Path file, Map<String, String> values, String key) throws IOException {
			return values.containsKey(key) ? (int) number(file, values, key) : 0;
		}

		/** Only a plain name of our own: nothing else is ever opened or removed. */
		private static String vectorFile(Path file, Map<String, String> values, String key) throws IOException {
			String name = values.getOrDefault(key, "");
			if (!name.isEmpty() && !isVectorFile(name)) {
				throw new IOException(file + " names no vector file: " + name);
			}
			return name;
		}

	}

}
