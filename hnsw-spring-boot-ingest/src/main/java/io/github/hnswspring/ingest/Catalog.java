package io.github.hnswspring.ingest;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

import io.github.hnswspring.ingest.reading.ReadingReport;
import io.github.hnswspring.vectorstore.CorruptStoreException;
import io.github.hnswspring.vectorstore.DocumentPage;
import io.github.hnswspring.vectorstore.DocumentPageRequest;
import io.github.hnswspring.vectorstore.HnswVectorStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.context.ApplicationEventPublisher;

/**
 * All documents and how far they are: read from the store at start, kept up to date
 * since, every change published.
 * <p>
 * Thread-safe: one concurrent map of immutable entries.
 */
class Catalog {

	private static final Log logger = LogFactory.getLog(Catalog.class);

	private static final int PAGE = 1_000;

	private final Map<String, DocumentInfo> documents = new ConcurrentHashMap<>();

	private final Map<String, Stored> stored = new ConcurrentHashMap<>();

	private final HnswVectorStore store;

	private final ApplicationEventPublisher events;

	/**
	 * What was made of a document as a whole.
	 *
	 * @param fingerprint the state of the file from which all chunks were made
	 * @param chunks how many these are
	 */
	private record Stored(String fingerprint, int chunks) {
	}

	Catalog(HnswVectorStore store, ApplicationEventPublisher events) {
		this.store = store;
		this.events = events;
	}

	int count() {
		return this.documents.size();
	}

	/** All documents, by name. */
	List<DocumentInfo> list() {
		return this.documents.values()
			.stream()
			.sorted(Comparator.comparing(DocumentInfo::source).thenComparing(DocumentInfo::id))
			.toList();
	}

	Optional<DocumentInfo> find(String id) {
		return Optional.ofNullable(this.documents.get(id));
	}

	/** The state of the file from which all of a document's chunks were made. */
	@Nullable String fingerprint(String id) {
		Stored known = this.stored.get(id);
		return (known != null) ? known.fingerprint() : null;
	}

	/** Learns from the store what is there, and what is there only in part. */
	void load() {
		Map<String, Found> found = new HashMap<>();
		DocumentPageRequest request = DocumentPageRequest.first(PAGE);
		while (request != null) {
			try {
				DocumentPage page = this.store.list(null, request);
				page.documents().forEach((chunk) -> add(found, chunk));
				request = page.next();
			}
			catch (CorruptStoreException ex) {
				request = aroundDamage(request);
			}
		}
		this.documents.clear();
		this.stored.clear();
		found.forEach((id, document) -> {
			this.documents.put(id, document.info(id));
			if (document.complete()) {
				this.stored.put(id, new Stored(document.fingerprints.iterator().next(), document.chunks));
			}
		});
	}

	/**
	 * The store has logged which chunk is damaged. Without it its document is incomplete,
	 * and so is ingested again, which repairs it.
	 */
	private static DocumentPageRequest aroundDamage(DocumentPageRequest failed) {
		return (failed.limit() > 1) ? new DocumentPageRequest(failed.after(), 1)
				: new DocumentPageRequest(failed.after() + 1, 1);
	}

	private static void add(Map<String, Found> found, Document chunk) {
		if (chunk.getMetadata().get(Chunks.DOCUMENT) instanceof String id
				&& chunk.getMetadata().containsKey(Chunks.FINGERPRINT)) {
			found.computeIfAbsent(id, (key) -> new Found(chunk)).add(chunk);
		}
	}

	void queued(SourceFile file) {
		DocumentInfo queued = DocumentInfo.queued(file);
		this.documents.put(file.id(), queued);
		this.events.publishEvent(new IngestEvent.Changed(queued));
	}

	/** Registers a file without announcing it, unless it is known already. */
	void known(SourceFile file) {
		this.documents.putIfAbsent(file.id(), DocumentInfo.queued(file));
	}

	void update(String id, UnaryOperator<DocumentInfo> change) {
		DocumentInfo changed = this.documents.computeIfPresent(id, (key, current) -> change.apply(current));
		if (changed != null) {
			this.events.publishEvent(new IngestEvent.Changed(changed));
		}
	}

	void ready(String id, String fingerprint, int chunks) {
		this.stored.put(id, new Stored(fingerprint, chunks));
		update(id, (document) -> document.ready(chunks));
	}

	void forgetFingerprint(String id) {
		this.stored.remove(id);
	}

	/**
	 * Asks the store which documents it no longer has as a whole, whoever took their
	 * chunks: a filter, an end, a forgotten scope.
	 * @return how many chunks it has left of each, by the document's id; nothing while
	 * the store does not answer
	 */
	Map<String, Integer> lost() {
		// Before the store is asked: what is stored meanwhile is not missed.
		Map<String, Stored> expected = Map.copyOf(this.stored);
		Map<String, Long> present;
		try {
			present = this.store.sources();
		}
		catch (RuntimeException ex) {
			logger.debug("The store does not tell what it has", ex);
			return Map.of();
		}
		Map<String, Integer> lost = new HashMap<>();
		expected.forEach((id, document) -> {
			int left = present.getOrDefault(id, 0L).intValue();
			if (left < document.chunks() && document.equals(this.stored.get(id)) && isSettled(id)) {
				lost.put(id, left);
			}
		});
		return lost;
	}

	/** A document that is being brought up to date changes in the store before here. */
	private boolean isSettled(String id) {
		return find(id).filter((document) -> document.state() != DocumentInfo.State.INGESTING).isPresent();
	}

	/** Has a document be read again of which the store has only a part, or nothing. */
	void incomplete(String id, int left) {
		forgetFingerprint(id);
		update(id, (document) -> document.incomplete(left));
	}

	void remove(String id) {
		this.stored.remove(id);
		if (this.documents.remove(id) != null) {
			this.events.publishEvent(new IngestEvent.Removed(id));
		}
	}

	/** What the store holds of one document. Confined to {@link #load}. */
	private static final class Found {

		private final String source;

		private final String origin;

		private final String path;

		private @Nullable ReadingReport report;

		private final Set<String> fingerprints = new HashSet<>();

		private int expected;

		private int chunks;

		Found(Document chunk) {
			this.source = String.valueOf(chunk.getMetadata().get(Chunks.SOURCE));
			this.origin = String.valueOf(chunk.getMetadata().get(Chunks.ORIGIN));
			this.path = String.valueOf(chunk.getMetadata().get(Chunks.PATH));
		}

		void add(Document chunk) {
			this.chunks++;
			if (chunk.getMetadata().containsKey(Chunks.READING)) {
				this.report = Chunks.report(chunk);
			}
			this.fingerprints.add(String.valueOf(chunk.getMetadata().get(Chunks.FINGERPRINT)));
			this.expected = (chunk.getMetadata().get(Chunks.COUNT) instanceof Number count) ? count.intValue() : 0;
		}

		boolean complete() {
			return this.chunks == this.expected && this.fingerprints.size() == 1;
		}

		DocumentInfo info(String id) {
			DocumentInfo.State state = complete() ? DocumentInfo.State.READY : DocumentInfo.State.QUEUED;
			return new DocumentInfo(id, this.source, this.origin, this.path, state, this.expected, this.chunks, null,
					this.report);
		}

	}

}
