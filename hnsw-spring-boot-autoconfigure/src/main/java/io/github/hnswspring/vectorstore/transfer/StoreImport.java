package io.github.hnswspring.vectorstore.transfer;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.progress.Activity;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.storage.VectorBlob;
import io.github.hnswspring.vectorstore.write.IngestPipeline;
import io.github.hnswspring.vectorstore.write.Transfer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.document.Document;

/**
 * Brings documents with their embeddings into a store, without asking the embedding
 * model, and those without one as well: what {@link StoreExport} wrote, or the JSON file
 * of a {@code SimpleVectorStore}. Confined to one call.
 */
public final class StoreImport {

	private static final int BATCH = 256;

	// Metadata is read out of the middle of a file.
	private static final JsonMapper JSON = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private static final TypeReference<Map<String, Object>> METADATA = new TypeReference<>() {
	};

	private final StoreAccess store;

	private final IngestPipeline pipeline;

	private final @Nullable String model;

	private final List<Transfer> batch = new ArrayList<>();

	private final Activity activity;

	private long documents;

	private StoreImport(StoreAccess store, IngestPipeline pipeline, @Nullable String model, Activity activity) {
		this.store = store;
		this.pipeline = pipeline;
		this.model = model;
		this.activity = activity;
	}

	/**
	 * Imports an export. Its checksums are compared before anything is stored.
	 * @return how many documents were imported
	 * @throws StoreException if the export cannot be read, is damaged, or holds a
	 * document this store does not accept
	 * @throws EmbeddingModelMismatchException if the store has vectors of another model
	 */
	public static long export(StoreAccess store, IngestPipeline pipeline, Path source) {
		try {
			ExportManifest manifest = ExportManifest.readAndCheck(source.toAbsolutePath());
			try (Activity activity = begin(store, source, manifest.documents())) {
				StoreImport run = new StoreImport(store, pipeline, manifest.embeddingModel(), activity);
				run.readLines(source.toAbsolutePath(), manifest, true);
				if (manifest.marksDocuments()) {
					// Once it is known which model the others come from.
					run.readLines(source.toAbsolutePath(), manifest, false);
				}
				return run.finish();
			}
		}
		catch (IOException | JacksonException | IllegalArgumentException | DateTimeException ex) {
			throw failure(source, ex);
		}
	}

	/**
	 * Imports what {@code SimpleVectorStore.save} wrote.
	 * @return how many documents were imported
	 * @throws StoreException if the file cannot be read, or holds a document this store
	 * does not accept
	 */
	public static long simpleVectorStore(StoreAccess store, IngestPipeline pipeline, Path file) {
		try (JsonParser parser = JSON.createParser(file.toFile()); Activity activity = begin(store, file, 0)) {
			StoreImport run = new StoreImport(store, pipeline, null, activity);
			expect(parser.nextToken(), JsonToken.START_OBJECT);
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String id = parser.currentName();
				expect(parser.nextToken(), JsonToken.START_OBJECT);
				run.simpleDocument(parser, id);
			}
			return run.finish();
		}
		catch (IOException | JacksonException | IllegalArgumentException ex) {
			throw failure(file, ex);
		}
	}

	private static Activity begin(StoreAccess store, Path source, long documents) {
		return store
			.use((session) -> session.activities().begin(Kind.IMPORT, source.toAbsolutePath().toString(), documents));
	}

	private void readLines(Path source, ExportManifest manifest, boolean embedded) throws IOException {
		MetadataCodec codec = new MetadataCodec();
		long documents = 0;
		try (BufferedReader lines = Files.newBufferedReader(source.resolve(ExportManifest.DOCUMENTS),
				StandardCharsets.UTF_8);
				DataInputStream vectors = new DataInputStream(new java.io.BufferedInputStream(
						Files.newInputStream(source.resolve(ExportManifest.EMBEDDINGS)), 1 << 16))) {
			byte[] bytes = new byte[manifest.dimensions() * Float.BYTES];
			for (String line = nextLine(lines); line != null; line = nextLine(lines)) {
				Line read = parse(line, codec);
				boolean hasVector = read.embedded() || !manifest.marksDocuments();
				if (hasVector) {
					readVector(source, manifest, vectors, bytes);
				}
				documents++;
				if (hasVector == embedded) {
					add(read.transfer(hasVector ? VectorBlob.decode(bytes) : null));
				}
			}
			if (documents != manifest.documents()) {
				throw new IOException(source.resolve(ExportManifest.DOCUMENTS) + " has " + documents
						+ " documents, but the manifest says " + manifest.documents());
			}
			if (vectors.read() >= 0) {
				throw new IOException(source.resolve(ExportManifest.EMBEDDINGS) + " has " + manifest.embeddings()
						+ " embeddings, but fewer documents of " + source.resolve(ExportManifest.DOCUMENTS)
						+ " have one; copy the export again");
			}
		}
	}

	private static void readVector(Path source, ExportManifest manifest, DataInputStream vectors, byte[] bytes)
			throws IOException {
		try {
			vectors.readFully(bytes);
		}
		catch (EOFException ex) {
			throw new IOException(source.resolve(ExportManifest.EMBEDDINGS) + " has " + manifest.embeddings()
					+ " embeddings, but more documents of " + source.resolve(ExportManifest.DOCUMENTS)
					+ " have one; copy the export again", ex);
		}
	}

	/** A carriage return ends no line: earlier exports had some between tokens. */
	private static @Nullable String nextLine(BufferedReader lines) throws IOException {
		StringBuilder line = new StringBuilder();
		int c = lines.read();
		if (c < 0) {
			return null;
		}
		while (c >= 0 && c != '\n') {
			line.append((char) c);
			c = lines.read();
		}
		return line.toString();
	}

	private static Line parse(String line, MetadataCodec codec) throws IOException {
		Document.Builder document = Document.builder();
		String id = null;
		byte[] hash = null;
		String source = null;
		Instant end = null;
		boolean embedded = true;
		try (JsonParser parser = JSON.createParser(line)) {
			expect(parser.nextToken(), JsonToken.START_OBJECT);
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				parser.nextToken();
				switch (name) {
					case "id" -> id = parser.getString();
					case "text" -> document.text(parser.getString());
					case "contentHash" -> hash = HexFormat.of().parseHex(parser.getString());
					case "embedded" -> {
						embedded = parser.currentToken() != JsonToken.VALUE_FALSE;
						parser.skipChildren();
					}
					case "source" -> source = parser.getString();
					case "expiresAt" -> end = Instant.parse(parser.getString());
					case "metadata" -> {
						int begin = (int) parser.currentTokenLocation().getCharOffset();
						parser.skipChildren();
						// Our own reader of metadata knows types that JSON does not.
						document.metadata(
								codec.decode(line.substring(begin, (int) parser.currentLocation().getCharOffset())));
					}
					default -> parser.skipChildren();
				}
			}
		}
		if (id == null) {
			// One that is made up would be another with each import.
			throw new IOException("a line has no id; every document needs the one it had");
		}
		return new Line(document.id(id).build(), embedded, hash, source, end);
	}

	private void simpleDocument(JsonParser parser, String id) throws IOException {
		Document.Builder document = Document.builder().id(id);
		List<Float> vector = new ArrayList<>();
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			JsonToken value = parser.nextToken();
			if ((name.equals("text") || name.equals("content")) && value == JsonToken.VALUE_STRING) {
				document.text(parser.getString());
			}
			else if (name.equals("metadata") && value == JsonToken.START_OBJECT) {
				document.metadata(JSON.readValue(parser, METADATA));
			}
			else if (name.equals("embedding") && value == JsonToken.START_ARRAY) {
				while (parser.nextToken() != JsonToken.END_ARRAY) {
					// Not as a double first, which could round twice.
					vector.add(Float.valueOf(parser.getString()));
				}
			}
			else {
				parser.skipChildren();
			}
		}
		float[] embedding = new float[vector.size()];
		for (int i = 0; i < embedding.length; i++) {
			embedding[i] = vector.get(i);
		}
		add(new Transfer(document.build(), embedding, null, true, null, null));
	}

	private static void expect(@Nullable JsonToken actual, JsonToken expected) throws IOException {
		if (actual != expected) {
			throw new IOException("expected " + expected + ", but found " + actual);
		}
	}

	private void add(Transfer transfer) {
		this.batch.add(transfer);
		if (this.batch.size() == BATCH) {
			store();
		}
	}

	private void store() {
		this.pipeline.restore(this.store, this.batch, this.model);
		this.documents += this.batch.size();
		this.activity.advance(this.batch.size());
		this.batch.clear();
	}

	private long finish() {
		if (!this.batch.isEmpty()) {
			store();
		}
		return this.documents;
	}

	private static StoreException failure(Path source, Exception cause) {
		return new StoreException("Import of " + source.toAbsolutePath() + " failed: " + StoreException.reason(cause)
				+ ". Documents imported before are stored; correct the cause and import again", cause);
	}

	/**
	 * A line of an export.
	 *
	 * @param document the document
	 * @param embedded whether it has an embedding
	 * @param contentHash of what was embedded, or {@code null}
	 * @param source where it comes from, or {@code null}
	 * @param end when it ends, or {@code null}
	 */
	private record Line(Document document, boolean embedded, byte @Nullable [] contentHash, @Nullable String source,
			@Nullable Instant end) {

		Transfer transfer(float @Nullable [] vector) {
			return new Transfer(this.document, vector, this.contentHash, false, this.source, this.end);
		}

	}

}
