package io.github.hnswspring.vectorstore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.KnownEmbeddings;

import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * Hands out the embeddings a store holds, so that documents move on into another vector
 * store, one that asks an embedding model for each of them, without being paid for again:
 *
 * <pre>{@code
 * VectorStore target = SimpleVectorStore.builder(ExportedEmbeddingModel.of(store)).build();
 * StoreExport.forEach(store, (document, vector) -> target.add(List.of(document)));
 * }</pre>
 *
 * <p>
 * A document is known by its id, text and metadata, a text by what was embedded; vectors
 * are bit-equal. What the store does not hold, such as a question, goes to a fallback, or
 * is refused if there is none. Thread-safe as far as the fallback is; the store must stay
 * open.
 */
public final class ExportedEmbeddingModel implements EmbeddingModel {

	private static final MetadataCodec CODEC = new MetadataCodec();

	private final HnswVectorStore store;

	private final @Nullable EmbeddingModel fallback;

	private ExportedEmbeddingModel(HnswVectorStore store, @Nullable EmbeddingModel fallback) {
		this.store = store;
		this.fallback = fallback;
	}

	/**
	 * A model that refuses what the store does not hold.
	 * @param store holds the embeddings
	 * @return the model
	 */
	public static ExportedEmbeddingModel of(HnswVectorStore store) {
		return new ExportedEmbeddingModel(store, null);
	}

	/**
	 * A model that asks another one for what the store does not hold.
	 * @param store holds the embeddings
	 * @param fallback the model they come from
	 * @return the model
	 */
	public static ExportedEmbeddingModel of(HnswVectorStore store, EmbeddingModel fallback) {
		return new ExportedEmbeddingModel(store, Objects.requireNonNull(fallback, "The fallback must not be null"));
	}

	/**
	 * The embeddings of texts.
	 * @param request the texts, each as it was embedded for the store
	 * @return their embeddings, in the order of the texts
	 * @throws IllegalStateException if one is not known and there is no fallback
	 */
	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		List<String> texts = request.getInstructions();
		List<float[]> vectors = embeddings(texts, this::find, (text) -> "A text of " + text.length() + " characters",
				(unknown, model) -> {
					List<String> names = unknown.stream().map((text) -> "a text").toList();
					EmbeddingResponse response = model.call(new EmbeddingRequest(unknown, request.getOptions()));
					return new ResponseReader(model, names).vectors(response);
				});
		List<Embedding> embeddings = new ArrayList<>();
		vectors.forEach((vector) -> embeddings.add(new Embedding(vector, embeddings.size())));
		String name = this.store.status().embeddingModel();
		return new EmbeddingResponse(embeddings,
				new EmbeddingResponseMetadata((name != null) ? name : "", new EmptyUsage()));
	}

	@Override
	public float[] embed(Document document) {
		return embeddings(List.of(document), this::find, ExportedEmbeddingModel::describe,
				(unknown, model) -> List.of(model.embed(document)))
			.get(0);
	}

	@Override
	public List<float[]> embed(List<Document> documents, @Nullable EmbeddingOptions options,
			BatchingStrategy batchingStrategy) {
		return embeddings(documents, this::find, ExportedEmbeddingModel::describe,
				(unknown, model) -> model.embed(unknown, options, batchingStrategy));
	}

	/** What the store would have embedded of a document. */
	@Override
	public String getEmbeddingContent(Document document) {
		return this.store.client.content(document);
	}

	/** Those of the store; the fallback is asked only if it holds nothing yet. */
	@Override
	public int dimensions() {
		int known = this.store.lifecycle.use((session) -> session.identity().expectedDimensions());
		return (known == 0 && this.fallback != null) ? this.fallback.dimensions() : known;
	}

	private static String describe(Document document) {
		return "Document '" + document.getId() + "'";
	}

	private <T> List<float[]> embeddings(List<T> all, Function<T, float @Nullable []> known, Function<T, String> name,
			Fallback<T> fallback) {
		Map<Integer, float[]> found = new LinkedHashMap<>();
		List<T> unknown = new ArrayList<>();
		for (int i = 0; i < all.size(); i++) {
			float[] vector = known.apply(all.get(i));
			if (vector != null) {
				found.put(i, vector);
			}
			else {
				unknown.add(all.get(i));
			}
		}
		if (!unknown.isEmpty() && this.fallback == null) {
			throw new IllegalStateException(name.apply(unknown.get(0)) + " is not in the exported store as it is here, "
					+ "and there is no embedding model to ask (" + unknown.size() + " of " + all.size()
					+ " are unknown). Give one with ExportedEmbeddingModel.of(store, embeddingModel), or export again "
					+ "if the store has changed meanwhile");
		}
		List<float[]> computed = unknown.isEmpty() ? List.of()
				: fallback.embed(unknown, Objects.requireNonNull(this.fallback));
		List<float[]> vectors = new ArrayList<>();
		int next = 0;
		for (int i = 0; i < all.size(); i++) {
			float[] vector = found.get(i);
			vectors.add((vector != null) ? vector : computed.get(next++));
		}
		return vectors;
	}

	private float @Nullable [] find(Document document) {
		DocumentRow row = this.store.lifecycle
			.use((session) -> session.reader().read((connection) -> DocumentTable.row(connection, document.getId())));
		boolean same = row != null && row.text().equals(document.getText())
				&& isSame(CODEC.decode(row.metadata()), document.getMetadata());
		return same ? row.embedding() : find(getEmbeddingContent(document));
	}

	private static boolean isSame(Map<String, Object> one, Map<String, Object> other) {
		// Values may be arrays.
		return one.keySet().equals(other.keySet())
				&& one.keySet().stream().allMatch((key) -> Objects.deepEquals(one.get(key), other.get(key)));
	}

	private float @Nullable [] find(String content) {
		byte[] hash = ContentHash.of(content).bytes();
		return this.store.lifecycle
			.use((session) -> session.reader().read((connection) -> KnownEmbeddings.find(connection, hash)));
	}

	/**
	 * Embeds what is not known.
	 *
	 * @param <T> documents or texts
	 */
	@FunctionalInterface
	private interface Fallback<T> {

		List<float[]> embed(List<T> unknown, EmbeddingModel model);

	}

}
