package io.github.hnswspring.vectorstore.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.vectorstore.storage.StoreDirectory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code manifest.json} of an export: what is in it, and the SHA-256 of its files.
 *
 * @param documents lines of {@code documents.jsonl}
 * @param embeddings vectors in {@code embeddings.f32}; if there are fewer, the lines say
 * which documents have none, and the format is version 2
 * @param dimensions floats per vector in {@code embeddings.f32}
 * @param metric how the store compared vectors; the vectors themselves are the originals
 * @param embeddingModel the model's name, if it was known
 * @param documentsSha256 in hexadecimal digits
 * @param embeddingsSha256 in hexadecimal digits
 */
record ExportManifest(long documents, long embeddings, int dimensions, String metric, @Nullable String embeddingModel,
		String documentsSha256, String embeddingsSha256) {

	static final String FILE = "manifest.json";

	static final String DOCUMENTS = "documents.jsonl";

	static final String EMBEDDINGS = "embeddings.f32";

	private static final String FORMAT = "hnsw-spring-export";

	// Every document has a vector; earlier releases read this one only.
	private static final int COMPLETE = 1;

	private static final int VERSION = 2;

	private static final JsonMapper JSON = new JsonMapper();

	/** Whether lines say which documents have no vector. */
	boolean marksDocuments() {
		return this.embeddings != this.documents;
	}

	byte[] encode() {
		ObjectNode node = JSON.createObjectNode();
		node.put("format", FORMAT);
		node.put("version", marksDocuments() ? VERSION : COMPLETE);
		node.put("documents", this.documents);
		if (marksDocuments()) {
			node.put("embeddings", this.embeddings);
		}
		node.put("dimensions", this.dimensions);
		node.put("metric", this.metric);
		if (this.embeddingModel != null) {
			node.put("embeddingModel", this.embeddingModel);
		}
		node.putObject("sha256").put(DOCUMENTS, this.documentsSha256).put(EMBEDDINGS, this.embeddingsSha256);
		return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
	}

	/**
	 * Reads the manifest and checks every file against it, before anything is imported.
	 */
	static ExportManifest readAndCheck(Path directory) throws IOException {
		Path file = directory.resolve(FILE);
		if (!Files.exists(file) && Files.exists(directory.resolve(StoreDirectory.DATABASE_FILE))) {
			throw new IOException(directory + " is a store or a backup of one, not an export; it is used as the "
					+ "directory of a store (hnsw.directory), best as a copy");
		}
		JsonNode node;
		try {
			node = JSON.readTree(Files.readAllBytes(file));
		}
		catch (JacksonException ex) {
			throw new IOException(file + " is not JSON: " + ex.getOriginalMessage(), ex);
		}
		if (!FORMAT.equals(node.path("format").asString(""))) {
			throw new IOException(file + " does not describe an export of a vector store");
		}
		int version = node.path("version").asInt(0);
		if (version != COMPLETE && version != VERSION) {
			throw new IOException(file + " has version " + version + ", but only " + COMPLETE + " and " + VERSION
					+ " can be read; import it with a newer version of this library");
		}
		JsonNode sums = node.path("sha256");
		long documents = node.path("documents").asLong(-1);
		long embeddings = (version == COMPLETE) ? documents : node.path("embeddings").asLong(-1);
		ExportManifest manifest = new ExportManifest(documents, embeddings, node.path("dimensions").asInt(-1),
				node.path("metric").asString(""),
				node.hasNonNull("embeddingModel") ? node.path("embeddingModel").asString() : null,
				sums.path(DOCUMENTS).asString(""), sums.path(EMBEDDINGS).asString(""));
		check(directory.resolve(DOCUMENTS), manifest.documentsSha256());
		check(directory.resolve(EMBEDDINGS), manifest.embeddingsSha256());
		if (manifest.dimensions() < 0 || manifest.dimensions() > HnswIndex.MAX_DIMENSIONS) {
			throw new IOException(file + " says " + manifest.dimensions() + " dimensions, but 0 to "
					+ HnswIndex.MAX_DIMENSIONS + " are possible; copy the export again");
		}
		if (embeddings > documents || (version == VERSION && embeddings < 0)) {
			throw new IOException(file + " says " + embeddings + " embeddings of " + documents
					+ " documents, but each document has one or none; copy the export again");
		}
		long bytes = Files.size(directory.resolve(EMBEDDINGS));
		long bytesEach = (long) manifest.dimensions() * Float.BYTES;
		// Divided, because a product can overflow to any number.
		boolean fits = (bytesEach == 0) ? bytes == 0 && manifest.embeddings() == 0
				: bytes % bytesEach == 0 && bytes / bytesEach == manifest.embeddings();
		if (!fits) {
			throw new IOException(directory.resolve(EMBEDDINGS) + " has " + bytes + " bytes, which is not "
					+ manifest.embeddings() + " embeddings of " + manifest.dimensions() + " floats");
		}
		return manifest;
	}

	private static void check(Path file, String expected) throws IOException {
		MessageDigest digest = sha256();
		try (InputStream input = new DigestInputStream(Files.newInputStream(file), digest)) {
			input.transferTo(java.io.OutputStream.nullOutputStream());
		}
		String actual = HexFormat.of().formatHex(digest.digest());
		if (!actual.equals(expected)) {
			throw new IOException(file + " has SHA-256 " + actual + ", but the manifest says " + expected
					+ "; copy the export again");
		}
	}

	static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform must have SHA-256, but this one has not", ex);
		}
	}

}
