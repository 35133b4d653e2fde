package io.github.hnswspring.stress.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreException;

/**
 * What an import reads: three files of an export, or the file of a
 * {@code SimpleVectorStore}. Imported, or an exception of the store that says why not.
 * <p>
 * The first byte chooses. An export is manifest and documents, a NUL between them; its
 * checksums are made to fit where the manifest says {@code SUM1} or {@code SUM2}.
 */
public final class ImportTarget {

	private static final int DIMENSIONS = 2;

	private static final Path DIRECTORY = directory();

	private static final HnswVectorStore STORE = store();

	private ImportTarget() {
	}

	private static Path directory() {
		try {
			return Files.createTempDirectory("fuzz");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static HnswVectorStore store() {
		return HnswVectorStore.builder(new NoEmbeddingModel())
			.directory(DIRECTORY.resolve("store"))
			.dimensions(DIMENSIONS)
			.build();
	}

	/** Called by the fuzzer before it measures time; the class has a store by then. */
	public static void fuzzerInitialize() {
	}

	/**
	 * Called by the fuzzer.
	 * @param data see above
	 */
	public static void fuzzerTestOneInput(byte[] data) throws IOException {
		if (data.length == 0) {
			return;
		}
		try {
			if (data[0] == 's') {
				Path file = DIRECTORY.resolve("simple.json");
				Files.write(file, Arrays.copyOfRange(data, 1, data.length));
				STORE.importSimpleVectorStore(file);
			}
			else {
				writeExport(new String(data, 1, data.length - 1, StandardCharsets.UTF_8));
				STORE.importFrom(DIRECTORY);
			}
		}
		catch (EmbeddingModelMismatchException ex) {
			// Of another model, or other dimensions.
		}
		catch (StoreException ex) {
			if (ex.getMessage() == null || !ex.getMessage().contains(DIRECTORY.toString())) {
				throw new AssertionError("The message does not name the file: " + ex, ex);
			}
		}
	}

	private static void writeExport(String text) throws IOException {
		int end = text.indexOf('\0');
		String manifest = (end < 0) ? text : text.substring(0, end);
		byte[] documents = text.substring(end + 1).getBytes(StandardCharsets.UTF_8);
		byte[] embeddings = new byte[(int) text.chars().filter((c) -> c == '\n').count() * DIMENSIONS * Float.BYTES];
		// Every component 2.0.
		for (int i = 3; i < embeddings.length; i += 4) {
			embeddings[i] = 0x40;
		}
		Files.writeString(DIRECTORY.resolve("manifest.json"),
				manifest.replace("SUM1", sha256(documents)).replace("SUM2", sha256(embeddings)));
		Files.write(DIRECTORY.resolve("documents.jsonl"), documents);
		Files.write(DIRECTORY.resolve("embeddings.f32"), embeddings);
	}

	private static String sha256(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
