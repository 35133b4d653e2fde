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
import java.util.HexFormat;
import java.util.function.BiConsumer;

import io.github.hnswspring.vectorstore.HnswVectorStore;
import io.github.hnswspring.vectorstore.StoreException;
import io.github.hnswspring.vectorstore.options.DerivedFiles;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.VectorBlob;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.document.Document;

/**
 * Takes documents with their embeddings out of a store: into files anybody can read, or
 * to a consumer. To have them in another vector store without paying for the embeddings
 * again, give that store an {@link ExportedEmbeddingModel}, unless it takes vectors
 * itself.
 *
 * <p>
 * An export is a directory of {@code documents.jsonl} (a JSON object a line: id, text,
 * metadata and, if known, contentHash, the SHA-256 of what was embedded),
 * {@code embeddings.f32} (little-endian float32, in the order of the lines) and
 * {@code manifest.json} with counts and SHA-256 checksums. Thread-safe: reads one
 * consistent state while writes go on.
 */
public final class StoreExport {

	private static final JsonMapper JSON = new JsonMapper();

	private StoreExport() {
	}

	/**
	 * Exports all documents.
	 * @param store the store
	 * @param target a directory that does not exist yet, or is empty
	 * @return how many documents were exported
	 * @throws StoreException if the files cannot be written; nothing is left behind
	 */
	public static long export(HnswVectorStore store, Path target) {
		long[] documents = new long[1];
		WholeDirectory.write("Export", target, DerivedFiles.DEFAULT,
				(directory) -> documents[0] = store.lifecycle.use((session) -> write(session, directory)));
		return documents[0];
	}

	/**
	 * Gives every document with its embedding to a consumer, for example one that adds
	 * them to another vector store; {@link ExportedEmbeddingModel} shows how that costs
	 * nothing.
	 * @param store the store
	 * @param consumer is given each; what it throws ends the walk
	 * @return how many documents it was given
	 */
	public static long forEach(HnswVectorStore store, BiConsumer<Document, float[]> consumer) {
		return store.lifecycle.use((session) -> walk(session, (row) -> {
			DocumentContent content = new DocumentContent(row.key(), row.id(), row.metadata(), row.text());
			consumer.accept(session.reader().document(content).build(), row.embedding());
		}));
	}

	private static long walk(StoreSession session, RowConsumer consumer) {
		long[] count = new long[1];
		session.reader().read((connection) -> {
			DocumentTable.scanRowsWhile(connection, 0, (key) -> true, (content) -> {
				DocumentRow row = DocumentTable.row(connection, content.key());
				if (row != null) {
					consumer.accept(row);
					count[0]++;
				}
				return true;
			});
			return null;
		});
		return count[0];
	}

	private static long write(StoreSession session, Path directory) {
		MessageDigest documents = ExportManifest.sha256();
		MessageDigest embeddings = ExportManifest.sha256();
		int dimensions = session.identity().dimensions().orElse(0);
		try (FileChannel documentFile = create(directory.resolve(ExportManifest.DOCUMENTS));
				FileChannel embeddingFile = create(directory.resolve(ExportManifest.EMBEDDINGS))) {
			OutputStream lines = buffered(documentFile, documents);
			OutputStream vectors = buffered(embeddingFile, embeddings);
			long count = walk(session, (row) -> {
				requireDimensions(row, dimensions);
				try {
					lines.write((line(row) + "\n").getBytes(StandardCharsets.UTF_8));
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
			ExportManifest manifest = new ExportManifest(count, dimensions, session.options().metric().name(),
					session.identity().model(), HexFormat.of().formatHex(documents.digest()),
					HexFormat.of().formatHex(embeddings.digest()));
			DerivedFiles.DEFAULT.write(directory.resolve(ExportManifest.FILE), manifest.encode());
			return count;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** One vector of another length would shift all that follow. */
	private static void requireDimensions(DocumentRow row, int dimensions) {
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

	private static String line(DocumentRow row) {
		StringBuilder line = new StringBuilder("{\"id\":").append(JSON.writeValueAsString(row.id()))
			.append(",\"text\":")
			.append(JSON.writeValueAsString(row.text()))
			.append(",\"metadata\":")
			.append(row.metadata().replace("\n", " "));
		if (row.contentHash() != null) {
			line.append(",\"contentHash\":\"").append(HexFormat.of().formatHex(row.contentHash())).append('"');
		}
		return line.append('}').toString();
	}

	/** Is given rows. */
	@FunctionalInterface
	private interface RowConsumer {

		void accept(DocumentRow row);

	}

}
