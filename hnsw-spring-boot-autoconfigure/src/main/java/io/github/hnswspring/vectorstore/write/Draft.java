package io.github.hnswspring.vectorstore.write;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.HitMetadata;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.StoreMetadata;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.filter.AttributeWriter;
import io.github.hnswspring.vectorstore.filter.Scope;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.LimitCheck;
import io.github.hnswspring.vectorstore.session.Expiry;
import io.github.hnswspring.vectorstore.storage.DocumentContent;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.KnownEmbeddings;
import io.github.hnswspring.vectorstore.storage.SqlConnection;

import org.springframework.ai.document.Document;

/**
 * A document on its way into the store, checked and encoded.
 *
 * @param document the document
 * @param text its text
 * @param metadata its metadata as JSON, without {@link HitMetadata}
 * @param content what is embedded
 * @param generation of the embedding model it is meant for
 * @param hash identifies the content; {@code null} if the embedding is given
 * @param formerHashes what identified the content in older stores, where that differs
 * @param source where it comes from; {@code null} if that is not told: then a document
 * that is there already keeps its source
 */
public record Draft(Document document, String text, String metadata, String content, int generation,
		@Nullable ContentHash hash, Set<ContentHash> formerHashes, @Nullable String source) {

	public String id() {
		return this.document.getId();
	}

	byte @Nullable [] hashBytes() {
		return (this.hash != null) ? this.hash.bytes() : null;
	}

	/** Whether there is nothing to embed, which models answer each in their way. */
	boolean isBlank() {
		return this.hash != null && this.content.isBlank();
	}

	/** When it ends, or {@code null} if its metadata says nothing of that. */
	@Nullable Instant end(MetadataCodec codec) {
		return this.metadata.contains(StoreMetadata.EXPIRES_AT) ? Expiry.end(codec.decode(this.metadata)) : null;
	}

	/** Whether the row has all of this document, but for its metadata. */
	boolean isEmbeddedAs(DocumentRow row, float[] embedding) {
		return this.text.equals(row.text()) && Arrays.equals(hashBytes(), row.contentHash())
				&& Arrays.equals(embedding, row.embedding());
	}

	/** Whether the row has its text, and no vector yet of its generation. */
	boolean isUnembedded(DocumentRow row) {
		return this.hash != null && row.embedding().length == 0 && this.text.equals(row.text());
	}

	/** Whether the row has its metadata, however that is spelled. */
	boolean hasMetadataOf(DocumentRow row, MetadataCodec codec) {
		return this.metadata.equals(row.metadata()) || codec.decode(this.metadata).equals(codec.decode(row.metadata()));
	}

	/** The same with a hash that was computed elsewhere. */
	Draft withHash(@Nullable ContentHash known) {
		return new Draft(this.document, this.text, this.metadata, this.content, this.generation, known, Set.of(),
				this.source);
	}

	private Draft withFormerHashes(Set<ContentHash> hashes) {
		return new Draft(this.document, this.text, this.metadata, this.content, this.generation, this.hash, hashes,
				this.source);
	}

	/** The same, of a source. */
	Draft withSource(@Nullable String name) {
		return new Draft(this.document, this.text, this.metadata, this.content, this.generation, this.hash,
				this.formerHashes, name);
	}

	/** The vector of this content, if it is known. */
	float @Nullable [] knownVector(SqlConnection connection) throws SQLException {
		float[] vector = (this.hash != null) ? KnownEmbeddings.find(connection, this.generation, this.hash.bytes())
				: null;
		if (vector == null) {
			for (ContentHash former : this.formerHashes) {
				vector = KnownEmbeddings.find(connection, this.generation, former.bytes());
				if (vector != null) {
					break;
				}
			}
		}
		return vector;
	}

	/**
	 * Checks documents against the limits and encodes them. Of documents with the same id
	 * the last counts, as if they had been added one after the other.
	 * @param client is asked what of them is embedded; {@code null} if their vectors are
	 * given
	 * @param generation of the vectors
	 * @param scope what they are to belong to
	 */
	static List<Draft> prepare(List<Document> documents, @Nullable EmbeddingClient client, int generation,
			MetadataCodec codec, Limits limits, Scope scope) {
		LimitCheck.check("documents-per-call", "The number of documents", documents.size(), limits.documentsPerCall(),
				"add them in parts");
		Map<String, Draft> latest = new LinkedHashMap<>();
		Map<ContentHash, Set<ContentHash>> former = new HashMap<>();
		for (Document document : documents) {
			Objects.requireNonNull(document, "One of the documents is null");
			if (!document.isText()) {
				throw new IllegalArgumentException(
						"Document '" + document.getId() + "' has no text; only text documents can be stored");
			}
			Draft draft = prepare(stamped(document, scope), scope.prefix() + document.getId(), client, generation,
					codec, limits);
			if (draft.hash() != null) {
				// What one of equal contents was known by serves all of them.
				Set<ContentHash> shared = former.computeIfAbsent(draft.hash(), (hash) -> new LinkedHashSet<>());
				shared.addAll(draft.formerHashes());
				draft = draft.withFormerHashes(shared);
			}
			latest.remove(draft.id());
			latest.put(draft.id(), draft);
		}
		return new ArrayList<>(latest.values());
	}

	/** As the scope has it; a copy, which the caller cannot change any more. */
	private static Document stamped(Document document, Scope scope) {
		if (scope.isEverything()) {
			return document;
		}
		Map<String, Object> metadata;
		try {
			metadata = scope.stamp(document.getMetadata());
		}
		catch (IllegalArgumentException ex) {
			throw refused(document.getId(), ex);
		}
		Document stamped = Document.builder()
			.id(document.getId())
			.text(Objects.requireNonNullElse(document.getText(), ""))
			.metadata(metadata)
			.build();
		stamped.setContentFormatter(document.getContentFormatter());
		return stamped;
	}

	private static IllegalArgumentException refused(String id, IllegalArgumentException reason) {
		return new IllegalArgumentException("Document '" + id + "' cannot be stored: " + reason.getMessage(), reason);
	}

	/**
	 * A stored document on its way to a vector of another model.
	 * @param row what is stored, to be compared with when the vector is there
	 */
	public static Draft ofStored(Document document, DocumentContent row, EmbeddingClient client, int generation) {
		String content = client.content(document, row.id());
		return new Draft(document, row.text(), row.metadata(), content, generation, ContentHash.of(content), Set.of(),
				null);
	}

	/** As UTF-8 two such ids would be one. */
	private static void requireWhole(String id) {
		if (!WholeText.isWhole(id)) {
			throw new IllegalArgumentException("The id of a document has half a surrogate pair in it and cannot be "
					+ "stored as it is: '" + id + "'. It was probably cut in the middle of a character; cut it "
					+ "elsewhere, or use a hash");
		}
	}

	/**
	 * Checks a document against the limits and encodes it.
	 * @param storedId the id it is stored by
	 */
	static Draft prepare(Document document, String storedId, @Nullable EmbeddingClient client, int generation,
			MetadataCodec codec, Limits limits) {
		String id = document.getId();
		LimitCheck.check("id-length", "The length of a document id", id.length(), limits.idLength(),
				"use a shorter id, such as a hash");
		requireWhole(id);
		String text = Objects.requireNonNullElse(document.getText(), "");
		LimitCheck.check("text-length", "The text length of document '" + id + "'", text.length(), limits.textLength(),
				"split it into chunks");
		String metadata;
		try {
			// What one search found it by is not true of the next.
			Map<String, Object> lasting = new LinkedHashMap<>(document.getMetadata());
			HitMetadata.KEYS.forEach(lasting::remove);
			metadata = codec.encode(lasting);
			AttributeWriter.check(lasting);
			Expiry.end(lasting);
		}
		catch (IllegalArgumentException ex) {
			throw refused(id, ex);
		}
		if (client == null) {
			return new Draft(document, text, metadata, text, generation, null, Set.of(), null);
		}
		String content = client.content(document, storedId);
		String formerContent = client.formerContent(document, storedId);
		Set<ContentHash> former = formerContent.equals(content) ? Set.of() : Set.of(ContentHash.of(formerContent));
		return new Draft(document, text, metadata, content, generation, ContentHash.of(content), former, null);
	}

	/** The ids of documents, in their order. */
	public static List<String> ids(Collection<Draft> drafts) {
		return drafts.stream().map(Draft::id).toList();
	}

}
