package io.github.hnswspring.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.hnswspring.ingest.reading.Block;
import io.github.hnswspring.ingest.reading.Chunk;
import io.github.hnswspring.ingest.reading.LeftOut;
import io.github.hnswspring.ingest.reading.ReadingReport;
import io.github.hnswspring.vectorstore.StoreMetadata;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.ContentFormatter;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.vectorstore.filter.Filter;

/**
 * How a chunk looks in the store: its metadata keys, and which text is embedded. Document
 * and position are what Spring AI's text splitters call them, so that the store finds
 * groups and neighbours without being told.
 */
public final class Chunks {

	/** Metadata: which document it belongs to. */
	public static final String DOCUMENT = "parent_document_id";

	/** Metadata: what people call that document. */
	public static final String SOURCE = "source";

	/** Metadata: what the {@link IngestSource} is called that it comes from. */
	public static final String ORIGIN = "origin";

	/** Metadata: where the file lies below that source, empty if the source is a file. */
	public static final String PATH = "path";

	/** Metadata: what the document calls itself, absent where it does not say. */
	public static final String TITLE = "title";

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
	public static final String POSITION = "chunk_index";

	/** Metadata: how many chunks the document has, to notice a half-ingested one. */
	public static final String COUNT = "total_chunks";

	/** Metadata: the state of the file the chunk was made from. */
	static final String FINGERPRINT = "fingerprint";

	/** Metadata of the first chunk: what was read and what was left out. */
	static final String READING = "reading";

	/** Part of the fingerprint: another value gives all chunks their metadata anew. */
	static final String VERSION = "metadata-1";

	private static final int MAX_LEFT_OUT = 50;

	/** The last day that dates are written with four digits for the year. */
	static final String NEVER = "9999-12-31T23:59:59Z";

	private static final String WHY = ": ";

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

	/**
	 * Gives chunks their metadata; ids are the store's.
	 * @param endless whether they say that they do not end, where others would: a
	 * document is there as long as its file
	 */
	static List<Document> documents(SourceFile file, String fingerprint, List<Chunk> chunks, ReadingReport report,
			boolean endless) {
		List<Document> documents = new ArrayList<>(chunks.size());
		Map<String, Object> shared = new HashMap<>(Map.of(DOCUMENT, file.id(), SOURCE, file.source(), ORIGIN,
				file.origin(), PATH, file.place(), COUNT, chunks.size(), FINGERPRINT, fingerprint));
		String title = report.title();
		if (title != null && !title.isBlank()) {
			shared.put(TITLE, title);
		}
		if (endless) {
			shared.put(StoreMetadata.EXPIRES_AT, NEVER);
		}
		for (Chunk chunk : chunks) {
			Map<String, Object> metadata = new HashMap<>(shared);
			metadata.put(POSITION, documents.size());
			if (documents.isEmpty()) {
				metadata.put(READING, reading(report));
			}
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

	private static Map<String, Object> reading(ReadingReport report) {
		List<String> leftOut = report.leftOut()
			.stream()
			.limit(MAX_LEFT_OUT)
			.map((part) -> part.what() + WHY + part.why())
			.toList();
		return Map.of("sections", report.sections(), "characters", report.characters(), "leftOut", leftOut);
	}

	/** The report that lies in the first chunk of a document. */
	static @Nullable ReadingReport report(Document chunk) {
		if (!(chunk.getMetadata().get(READING) instanceof Map<?, ?> reading)) {
			return null;
		}
		List<LeftOut> leftOut = (reading.get("leftOut") instanceof List<?> parts)
				? parts.stream().map((part) -> leftOut(String.valueOf(part))).toList() : List.of();
		return new ReadingReport(Objects.toString(chunk.getMetadata().get(TITLE), null),
				(int) number(reading.get("sections")), number(reading.get("characters")), leftOut);
	}

	private static long number(@Nullable Object value) {
		return (value instanceof Number number) ? number.longValue() : 0;
	}

	private static LeftOut leftOut(String part) {
		int why = part.indexOf(WHY);
		return (why < 0) ? new LeftOut(part, "") : new LeftOut(part.substring(0, why), part.substring(why + 2));
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
