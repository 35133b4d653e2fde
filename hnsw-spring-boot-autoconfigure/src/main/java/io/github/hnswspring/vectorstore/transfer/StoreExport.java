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
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

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
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
import io.github.hnswspring.vectorstore.storage.ExpiryTable;
import io.github.hnswspring.vectorstore.storage.SqlConnection;
import io.github.hnswspring.vectorstore.storage.VectorBlob;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.document.Document;

/**
 * Takes documents with their embeddings, all of one model, or none, out of a store: into
 * files of an open format, or to a consumer. Thread-safe: reads one consistent state
 * while writes go on.
 */
public final class StoreExport {

	private static final Log logger = LogFactory.getLog(StoreExport.class);

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
	 * Gives every document with its embedding to a consumer, which is empty if it has
	 * none.
	 * @return how many documents it was given
	 */
	public long to(BiConsumer<Document, float[]> consumer) {
		try (Activity activity = begin("a consumer")) {
			return walk(activity, (row, generation, embedded, source, end) -> {
				requireDimensions(row, generation, embedded);
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
			ExportedGeneration exported = ExportedGeneration.of(connection, this.session.identity().generations(),
					ended);
			ModelGeneration generation = exported.generation();
			// Both came with the same version of the database.
			boolean beside = ExpiryTable.isThere(connection);
			DocumentTable.scanRowsWhile(connection, 0, (key) -> !ended.contains(key), (content) -> {
				DocumentRow row = DocumentTable.row(connection, content.key(), generation.number());
				if (row != null) {
					boolean embedded = row.embedding().length > 0
							|| !EmbeddingTable.isWithout(connection, row.key(), generation.number());
					consumer.accept(row, generation, embedded, beside ? SourceTable.of(connection, row.key()) : null,
							beside ? ExpiryTable.expires(connection, row.key()) : OptionalLong.empty());
					count[0]++;
					activity.advance(1);
				}
				return true;
			});
			tell(connection, exported, count[0]);
			return count[0];
		});
	}

	private void tell(SqlConnection connection, ExportedGeneration exported, long count) throws SQLException {
		DocumentContent first = (exported.lacking() > 0) ? DocumentTable.content(connection, exported.first()) : null;
		if (first != null) {
			logger.warn("Of the " + count + " documents of " + this.session.directory().path() + " "
					+ exported.lacking() + " were exported without an embedding, such as '" + first.id()
					+ "': they have none of " + exported.generation().name()
					+ ", which the others have. Where they are imported, they are found "
					+ "by words until they are embedded there");
		}
	}

	private long write(Path directory, Activity activity) {
		MessageDigest documents = ExportManifest.sha256();
		MessageDigest embeddings = ExportManifest.sha256();
		ModelGeneration[] exported = { this.session.identity().current() };
		try (FileChannel documentFile = create(directory.resolve(ExportManifest.DOCUMENTS));
				FileChannel embeddingFile = create(directory.resolve(ExportManifest.EMBEDDINGS))) {
			OutputStream lines = buffered(documentFile, documents);
			OutputStream vectors = buffered(embeddingFile, embeddings);
			long[] embedded = new long[1];
			long count = walk(activity, (row, generation, isEmbedded, source, end) -> {
				exported[0] = generation;
				requireDimensions(row, generation, isEmbedded);
				embedded[0] += isEmbedded ? 1 : 0;
				try {
					lines.write((line(row, isEmbedded, source, end) + "\n").getBytes(StandardCharsets.UTF_8));
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
			ExportManifest manifest = new ExportManifest(count, embedded[0], exported[0].dimensions(),
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
	private static void requireDimensions(DocumentRow row, ModelGeneration generation, boolean embedded) {
		int dimensions = embedded ? generation.dimensions() : 0;
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

	private static String line(DocumentRow row, boolean embedded, @Nullable String source, OptionalLong end) {
		StringBuilder line = new StringBuilder("{\"id\":").append(JSON.writeValueAsString(row.id()))
			.append(",\"text\":")
			.append(JSON.writeValueAsString(row.text()))
			.append(",\"metadata\":")
			.append(row.metadata().replace('\n', ' ').replace('\r', ' '));
		if (!embedded) {
			line.append(",\"embedded\":false");
		}
		// What was asked for in vain is known by nothing.
		else if (row.contentHash() != null) {
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

		void accept(DocumentRow row, ModelGeneration generation, boolean embedded, @Nullable String source,
				OptionalLong end);

	}

}
