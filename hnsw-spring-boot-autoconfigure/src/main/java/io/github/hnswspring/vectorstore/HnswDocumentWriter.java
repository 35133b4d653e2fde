package io.github.hnswspring.vectorstore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.document.DocumentWriter;
import org.springframework.util.Assert;

/**
 * The end of a pipeline of Spring AI's readers and splitters: brings the store into step
 * with the sources of the documents, which their metadata name, as Spring AI's readers
 * have it:
 *
 * <pre>{@code
 * new HnswDocumentWriter(store).write(splitter.apply(reader.read()));
 * }</pre>
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
	 * Has sources that suddenly yield little refused, as
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
	 * transaction of its own. A source that is refused keeps no other one out.
	 * @param documents all of their sources
	 * @throws IllegalArgumentException if a document does not say where it comes from;
	 * nothing was changed
	 * @throws SyncRefusedException if a source would lose more than it may; the others
	 * are in step
	 * @throws StoreException if a source failed; those before it are in step
	 */
	@Override
	public void accept(List<Document> documents) {
		Map<String, List<Document>> sources = new LinkedHashMap<>();
		documents.forEach(
				(document) -> sources.computeIfAbsent(source(document), (name) -> new ArrayList<>()).add(document));
		SyncRefusedException refused = null;
		for (Map.Entry<String, List<Document>> source : sources.entrySet()) {
			try {
				this.store.sync(SyncRequest.of(source.getKey(), source.getValue()).withMaxRemoved(this.maxRemoved));
			}
			catch (SyncRefusedException ex) {
				if (refused == null) {
					refused = ex;
				}
				else {
					refused.addSuppressed(ex);
				}
			}
		}
		if (refused != null) {
			throw refused;
		}
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
