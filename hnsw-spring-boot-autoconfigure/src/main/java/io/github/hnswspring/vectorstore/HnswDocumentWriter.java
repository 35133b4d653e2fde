package io.github.hnswspring.vectorstore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentWriter;
import org.springframework.util.Assert;

/**
 * The end of a pipeline of Spring AI's readers and splitters: brings the store into step
 * with the sources of the documents, which their metadata name:
 *
 * <pre>{@code
 * new HnswDocumentWriter(store).write(splitter.apply(reader.read()));
 * }</pre>
 *
 * <p>
 * Spring AI's readers name a source by the last name of its file alone: with them,
 * {@code a/README.md} and {@code b/README.md} are one source, and the one that is written
 * later takes the place of the other. Where names may repeat, have the reader put the
 * path into the metadata, or sync each path with {@link DocumentStore#sync(SyncRequest)}:
 *
 * <pre>{@code
 * TextReader reader = new TextReader(resource);
 * reader.getCustomMetadata().put("path", path.toString());
 * new HnswDocumentWriter(store).withSourceKey("path").write(splitter.apply(reader.read()));
 * }</pre>
 *
 * <p>
 * A source of three documents or more of which not one text is left is warned of in the
 * log, because that is what another file of the same name looks like;
 * {@link #withMaxRemoved} has it refused.
 *
 * <p>
 * Each call has to be given all documents of each of its sources: what a source had
 * before and does not have now is removed. Sources of which no document is given are left
 * as they are; {@link DocumentStore#sources()} has all there are, and
 * {@code store.sync(source, List.of())} removes one. Thread-safe: immutable.
 *
 * @see DocumentStore#sync(SyncRequest)
 */
public final class HnswDocumentWriter implements DocumentWriter {

	private static final Log logger = LogFactory.getLog(HnswDocumentWriter.class);

	/** An edit seldom changes every chunk of a source that has so many. */
	private static final int MANY = 3;

	private final DocumentStore store;

	private final String sourceKey;

	private final @Nullable String defaultSource;

	private final double maxRemoved;

	/**
	 * Writes into a store; the metadata key {@code source} names the source.
	 * @param store the store
	 */
	public HnswDocumentWriter(DocumentStore store) {
		this(store, "source", null, 1);
		Assert.notNull(store, "The store must not be null; pass a DocumentStore, such as the HnswVectorStore");
	}

	private HnswDocumentWriter(DocumentStore store, String sourceKey, @Nullable String defaultSource,
			double maxRemoved) {
		this.store = store;
		this.sourceKey = sourceKey;
		this.defaultSource = defaultSource;
		this.maxRemoved = maxRemoved;
	}

	/**
	 * Has another metadata key name the source.
	 * @param key the key
	 * @return the changed writer
	 */
	public HnswDocumentWriter withSourceKey(String key) {
		Assert.hasText(key, "The source key must not be empty; name a metadata key, such as file_name");
		return new HnswDocumentWriter(this.store, key, this.defaultSource, this.maxRemoved);
	}

	/**
	 * Names the source of documents that do not say; without it they are refused.
	 * @param source its name
	 * @return the changed writer
	 */
	public HnswDocumentWriter withDefaultSource(String source) {
		return new HnswDocumentWriter(this.store, this.sourceKey, SyncRequest.of(source, List.of()).source(),
				this.maxRemoved);
	}

	/**
	 * Has sources refused that suddenly yield little, or nothing of what they had, as
	 * {@link SyncRequest#withMaxRemoved(double)} says.
	 * @param share of its documents each source may lose, 0 to 1
	 * @return the changed writer
	 */
	public HnswDocumentWriter withMaxRemoved(double share) {
		SyncRequest.of("any", List.of()).withMaxRemoved(share);
		return new HnswDocumentWriter(this.store, this.sourceKey, this.defaultSource, share);
	}

	/**
	 * Brings the store into step with the sources, one after the other, each in a
	 * transaction of its own. A source that is refused, for one of its documents or for
	 * what it would lose, keeps no other one out: all others are in step when this is
	 * thrown, at the end. Whatever else fails would fail for the next one too, and ends
	 * the call.
	 * @param documents all of their sources
	 * @throws IllegalArgumentException if a document does not say where it comes from:
	 * then nothing was changed; or if a document of the only source that was refused
	 * cannot be stored
	 * @throws SyncRefusedException if the only source that was refused would lose more
	 * than it may
	 * @throws StoreException if several sources were refused, which it names, or if one
	 * failed; then those before it are in step
	 */
	@Override
	public void accept(List<Document> documents) {
		Map<String, List<Document>> sources = new LinkedHashMap<>();
		SyncRequest.checkNoNull(documents);
		documents.forEach(
				(document) -> sources.computeIfAbsent(source(document), (name) -> new ArrayList<>()).add(document));
		Map<String, RuntimeException> refused = new LinkedHashMap<>();
		for (Map.Entry<String, List<Document>> source : sources.entrySet()) {
			try {
				sync(SyncRequest.of(source.getKey(), source.getValue()).withMaxRemoved(this.maxRemoved));
			}
			catch (RuntimeException ex) {
				if (!isRefusal(ex)) {
					refused.values().forEach(ex::addSuppressed);
					throw ex;
				}
				refused.put(source.getKey(), ex);
			}
		}
		if (!refused.isEmpty()) {
			throw failure(refused, sources.size());
		}
	}

	private void sync(SyncRequest request) {
		SyncResult result = this.store.sync(request);
		if (result.removed() >= MANY && result.added() > 0 && result.changed() + result.unchanged() == 0) {
			logger.warn("Not one text is left of source '" + request.source() + "': " + result.removed()
					+ " documents were removed and " + result.added() + ((result.added() == 1) ? " other" : " others")
					+ " added. If that was another file of "
					+ "the same name, name sources by their paths (withSourceKey)");
		}
	}

	/** Whether it is this source that is wrong, and not what all of them need. */
	private static boolean isRefusal(RuntimeException failure) {
		return failure instanceof SyncRefusedException || failure instanceof IllegalArgumentException
				|| failure instanceof StoreException && failure.getCause() instanceof IllegalArgumentException;
	}

	private static RuntimeException failure(Map<String, RuntimeException> refused, int sources) {
		List<RuntimeException> reasons = List.copyOf(refused.values());
		if (reasons.size() == 1) {
			return reasons.get(0);
		}
		StoreException failure = new StoreException(refused.size() + " of " + sources
				+ " sources were not brought into step: '" + String.join("', '", refused.keySet())
				+ "'; the others are. The first: " + StoreException.reason(reasons.get(0)), reasons.get(0));
		reasons.stream().skip(1).forEach(failure::addSuppressed);
		return failure;
	}

	private String source(Document document) {
		Object source = document.getMetadata().get(this.sourceKey);
		if (source != null && !source.toString().isBlank()) {
			return source.toString();
		}
		Assert.isTrue(this.defaultSource != null,
				() -> "Document '" + document.getId() + "' does not say where it comes from: its metadata has no '"
						+ this.sourceKey + "', only " + document.getMetadata().keySet()
						+ ". Name the key that says it with withSourceKey, or a source for all that do not with "
						+ "withDefaultSource");
		return this.defaultSource;
	}

}
