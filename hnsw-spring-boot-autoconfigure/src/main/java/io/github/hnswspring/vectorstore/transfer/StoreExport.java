package io.github.hnswspring.vectorstore.transfer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.StoreProgress.Kind;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.progress.Activity;
import io.github.hnswspring.vectorstore.filter.KeySet;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.SourceTable;
import io.github.hnswspring.vectorstore.storage.ExpiryTable;
import io.github.hnswspring.vectorstore.storage.VectorBlob;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.document.Document;

/**
 * Takes documents with their embeddings, all of one model, out of a store: into files of
 * an open format, or to a consumer. Thread-safe: reads one consistent state while writes
 * go on.
 */
public final class StoreExport {

	private static final JsonMapper JSON = new JsonMapper();

	private final StoreSession session;

	public StoreExport(StoreSession session) {
		this.session = session;
	}

	/**
	 * Writes {@code documents.jsonl}, {@code embeddings.f32} and {@code manifest.json}.
	 * @return how many documents were exported
	 */
	public long to(Path target) {
		long[] documents = new long[1];
		try (Activity activity = begin(target.toAbsolutePath().toString())) {
			WholeDirectory.write("Export", target, this.session.options().files(),
					(directory) -> documents[0] = write(directory, activity));
		}
		return documents[0];
	}

	/**
	 * Gives every document with its embedding to a consumer.
	 * @return how many documents it was given
	 */
	public long to(BiConsumer<Document, float[]> consumer) {
		try (Activity activity = begin("a consumer")) {
			return walk(activity, (row, generation, source, end) -> {
				requireDimensions(row, generation);
				DocumentContent content = new DocumentContent(row.key(), row.id(), row.metadata(), row.text());
				consumer.accept(this.session.reader().document(content, Scope.EVERYTHING).build(), row.embedding());
			});
		}
	}

	private Activity begin(String target) {
		return this.session.activities().begin(Kind.EXPORT, target, this.session.writer().documents());
	}

	private long walk(Activity activity, RowConsumer consumer) {
		return this.session.reader().read((connection) -> {
			long[] count = new long[1];
			KeySet ended = this.session.reader().ended(connection);
			ModelGeneration generation = ExportedGeneration.of(connection, this.session.identity().generations(),
					ended);
			// Both came with the same version of the database.
			boolean beside = ExpiryTable.isThere(connection);
			DocumentTable.scanRowsWhile(connection, 0, (key) -> !ended.contains(key), (content) -> {
				DocumentRow row = DocumentTable.row(connection, content.key(), generation.number());
				if (row != null) {
					consumer.accept(row, generation, beside ? SourceTable.of(connection, row.key()) : null,
							beside ? ExpiryTable.expires(connection, row.key()) : OptionalLong.empty());
					count[0]++;
					activity.advance(1);
				}
				return true;
			});
			return count[0];
		});
	}

	private long write(Path directory, Activity activity) {
		MessageDigest documents = ExportManifest.sha256();
		MessageDigest embeddings = ExportManifest.sha256();
		ModelGeneration[] exported = { this.session.identity().current() };
		try (FileChannel documentFile = create(directory.resolve(ExportManifest.DOCUMENTS));
				FileChannel embeddingFile = create(directory.resolve(ExportManifest.EMBEDDINGS))) {
			OutputStream lines = buffered(documentFile, documents);
			OutputStream vectors = buffered(embeddingFile, embeddings);
			long count = walk(activity, (row, generation, source, end) -> {
				exported[0] = generation;
				requireDimensions(row, generation);
				try {
					lines.write((line(row, source, end) + "\n").getBytes(StandardCharsets.UTF_8));
					vectors.write(VectorBlob.encode(row.embedding()));
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
			lines.flush();
			vectors.flush();
			documentFile.force(true);
			embeddingFile.force(true);
			ExportManifest manifest = new ExportManifest(count, exported[0].dimensions(),
					this.session.options().metric().name(), exported[0].model(),
					HexFormat.of().formatHex(documents.digest()), HexFormat.of().formatHex(embeddings.digest()));
			this.session.options().files().write(directory.resolve(ExportManifest.FILE), manifest.encode());
			return count;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** One vector of another length would shift all that follow. */
	private static void requireDimensions(DocumentRow row, ModelGeneration generation) {
		int dimensions = generation.dimensions();
		if (row.embedding().length != dimensions) {
			throw new StoreException("Document '" + row.id() + "' cannot be exported: its embedding, written by another"
					+ " tool, has " + row.embedding().length + " dimensions, expected " + dimensions
					+ ". Delete it or add it again, then export again", null);
		}
	}

	private static FileChannel create(Path file) throws IOException {
		return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
	}

	private static OutputStream buffered(FileChannel channel, MessageDigest digest) {
		return new BufferedOutputStream(new DigestOutputStream(Channels.newOutputStream(channel), digest), 1 << 16);
	}

	private static String line(DocumentRow row, @Nullable String source, OptionalLong end) {
		StringBuilder line = new StringBuilder("{\"id\":").append(JSON.writeValueAsString(row.id()))
			.append(",\"text\":")
			.append(JSON.writeValueAsString(row.text()))
			.append(",\"metadata\":")
			.append(row.metadata().replace('\n', ' ').replace('\r', ' '));
		if (row.contentHash() != null) {
			line.append(",\"contentHash\":\"").append(HexFormat.of().formatHex(row.contentHash())).append('"');
		}
		if (source != null) {
			line.append(",\"source\":").append(JSON.writeValueAsString(source));
		}
		if (end.isPresent()) {
			line.append(",\"expiresAt\":\"").append(Instant.ofEpochMilli(end.getAsLong())).append('"');
		}
		return line.append('}').toString();
	}

	/** Is given rows. */
	@FunctionalInterface
	private interface RowConsumer {

		void accept(DocumentRow row, ModelGeneration generation, @Nullable String source, OptionalLong end);

	}

}
