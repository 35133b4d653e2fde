package io.github.hnswspring.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.hnswspring.ingest.reading.Block;
import io.github.hnswspring.ingest.reading.Chunk;

import org.springframework.ai.document.ContentFormatter;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * How a chunk looks in the store: its metadata keys, and which text is embedded.
 */
public final class Chunks {

	/** Metadata: which document it belongs to. */
	public static final String DOCUMENT = "documentId";

	/** Metadata: what people call that document. */
	public static final String SOURCE = "source";

	/** Metadata: {@link Origin}. */
	public static final String ORIGIN = "origin";

	/** Metadata: the heading path, absent where there is none. */
	public static final String SECTION = "section";

	/** Metadata: the page it begins on, absent where there are no pages. */
	public static final String PAGE = "page";

	/**
	 * Metadata: which stretches of the text are what, as
	 * {@link io.github.hnswspring.ingest.reading.Block#parse} reads it; absent where all
	 * of it is one block of running text.
	 */
	public static final String BLOCKS = "blocks";

	/** Metadata: position within the document, counted from 0. */
	static final String POSITION = "chunk";

	/** Metadata: how many chunks the document has, to notice a half-ingested one. */
	static final String COUNT = "chunks";

	/** Metadata: the state of the file the chunk was made from. */
	static final String FINGERPRINT = "fingerprint";

	// A section often does not repeat what its heading says, so the heading is embedded.
	// On the twenty questions the tests ask it made no difference: 19 right with it and
	// without.
	private static final ContentFormatter FORMATTER = (document, mode) -> {
		Object section = document.getMetadata().get(SECTION);
		boolean plain = mode == MetadataMode.NONE || section == null;
		return plain ? String.valueOf(document.getText()) : section + "\n\n" + document.getText();
	};

	private Chunks() {
	}

	/** Gives chunks their metadata; ids are the store's. */
	static List<Document> documents(SourceFile file, String fingerprint, List<Chunk> chunks) {
		List<Document> documents = new ArrayList<>(chunks.size());
		for (Chunk chunk : chunks) {
			Map<String, Object> metadata = new HashMap<>(Map.of(DOCUMENT, file.id(), SOURCE, file.source(), ORIGIN,
					file.origin().name(), POSITION, documents.size(), COUNT, chunks.size(), FINGERPRINT, fingerprint));
			if (!chunk.section().isEmpty()) {
				metadata.put(SECTION, chunk.section());
			}
			if (chunk.page() > 0) {
				metadata.put(PAGE, chunk.page());
			}
			if (chunk.blocks().size() > 1 || chunk.blocks().get(0).kind() != Block.Kind.PROSE) {
				metadata.put(BLOCKS, chunk.layout());
			}
			Document document = new Document(chunk.text(), metadata);
			document.setContentFormatter(FORMATTER);
			documents.add(document);
		}
		return documents;
	}

	static Filter.Expression ofDocument(String documentId) {
		return is(DOCUMENT, documentId);
	}

	/** Those that were made from this state of the file. */
	static Filter.Expression ofState(String documentId, String fingerprint) {
		return new Filter.Expression(Filter.ExpressionType.AND, ofDocument(documentId), is(FINGERPRINT, fingerprint));
	}

	private static Filter.Expression is(String key, String value) {
		return new Filter.Expression(Filter.ExpressionType.EQ, new Filter.Key(key), new Filter.Value(value));
	}

}
