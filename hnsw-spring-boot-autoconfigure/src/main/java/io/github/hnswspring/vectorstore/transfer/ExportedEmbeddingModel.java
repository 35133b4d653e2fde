package io.github.hnswspring.vectorstore.transfer;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.embedding.ContentHash;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.metadata.MetadataCodec;
import io.github.hnswspring.vectorstore.options.StoreIdentity;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;
import io.github.hnswspring.vectorstore.storage.DocumentRow;
import io.github.hnswspring.vectorstore.storage.DocumentTable;
import io.github.hnswspring.vectorstore.storage.EmbeddingTable;
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
import org.springframework.util.StringUtils;

/**
 * Hands out the embeddings a store holds, so that documents move on into another vector
 * store, one that asks an embedding model for each of them, without being paid for again.
 * A document is known by its id, text and metadata, a text by what was embedded, which is
 * what {@link #getEmbeddingContent} says; vectors are bit-equal. What the store does not
 * hold goes to a fallback, or is refused if there is none. Thread-safe as far as the
 * fallback is; the store must stay open.
 */
public final class ExportedEmbeddingModel implements EmbeddingModel {

	private static final MetadataCodec CODEC = new MetadataCodec();

	private final StoreAccess store;

	private final EmbeddingClient client;

	private final @Nullable EmbeddingModel fallback;

	private final @Nullable EmbeddingClient fallbackClient;

	/**
	 * Creates the model.
	 * @param store holds the embeddings
	 * @param client what the store itself asks
	 * @param fallback the model they come from, to be asked for what the store does not
	 * hold, or {@code null}
	 */
	public ExportedEmbeddingModel(StoreAccess store, EmbeddingClient client, @Nullable EmbeddingModel fallback) {
		this.store = store;
		this.client = client;
		this.fallback = fallback;
		// The store's own model has the name its owner has given it.
		if (fallback == null) {
			this.fallbackClient = null;
		}
		else {
			this.fallbackClient = client.asks(fallback) ? client : new EmbeddingClient(fallback, null, Set.of());
		}
	}

	/**
	 * The embeddings of texts.
	 * @param request the texts, each as it was embedded for the store
	 * @return their embeddings, in the order of the texts, and the name of the model all
	 * of them come from, if it is known
	 * @throws IllegalStateException if one is not known and there is no fallback, or if
	 * that is another model
	 */
	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		Answer answer = embeddings(request.getInstructions(), this::find,
				(text) -> "a text of " + text.length() + " characters", Function.identity(), List::of,
				request.getOptions());
		List<Embedding> embeddings = new ArrayList<>();
		answer.vectors().forEach((vector) -> embeddings.add(new Embedding(vector, embeddings.size())));
		return new EmbeddingResponse(embeddings,
				new EmbeddingResponseMetadata(Objects.requireNonNullElse(answer.model(), ""), new EmptyUsage()));
	}

	@Override
	public float[] embed(Document document) {
		return embed(List.of(document), null, List::of).get(0);
	}

	@Override
	public List<float[]> embed(List<Document> documents, @Nullable EmbeddingOptions options,
			BatchingStrategy batchingStrategy) {
		return embeddings(documents, this::find, (document) -> "document '" + document.getId() + "'",
				this::getEmbeddingContent, batchingStrategy::batch, options)
			.vectors();
	}

	/** What the store has embedded of a document, or would embed of it now. */
	@Override
	public String getEmbeddingContent(Document document) {
		EmbeddingClient maker = maker();
		String content = maker.content(document);
		String former = maker.contentWithAllMetadata(document);
		// The vector may be older than the exclusion of keys.
		return (!former.equals(content) && find(content) == null && find(former) != null) ? former : content;
	}

	/** What the embeddings come from, as far as it is there. */
	private EmbeddingClient maker() {
		EmbeddingClient maker = this.store.<@Nullable EmbeddingClient>use(
				(session) -> session.models().of(session, session.identity().current().number()));
		return (maker != null) ? maker : this.client;
	}

	/** Those of the store; the fallback is asked only if it holds nothing yet. */
	@Override
	public int dimensions() {
		int known = this.store.use((session) -> session.identity().expectedDimensions());
		return (known == 0 && this.fallback != null) ? this.fallback.dimensions() : known;
	}

	private <T> Answer embeddings(List<T> all, Function<T, float @Nullable []> known, Function<T, String> name,
			Function<T, String> content, Function<List<T>, List<List<T>>> batching,
			@Nullable EmbeddingOptions options) {
		Map<T, float[]> vectors = new IdentityHashMap<>();
		List<T> unknown = new ArrayList<>();
		for (T one : all) {
			float[] vector = known.apply(one);
			if (vector != null) {
				vectors.put(one, vector);
			}
			else {
				unknown.add(one);
			}
		}
		String model = this.store.use((session) -> session.options().modelName(session.identity()));
		if (!unknown.isEmpty()) {
			EmbeddingClient client = this.fallbackClient;
			if (client == null) {
				throw new IllegalStateException(StringUtils.capitalize(name.apply(unknown.get(0)))
						+ " has no embedding in the exported store, or is not there as it is here, and there is no "
						+ "embedding model to ask (" + unknown.size() + " of " + all.size()
						+ " are unknown). Give one with exportedEmbeddings(embeddingModel), or export "
						+ "again if the store has changed meanwhile, or has switched to the embedding model it "
						+ "migrates to");
			}
			for (List<T> batch : batching.apply(unknown)) {
				List<String> names = batch.stream().map(name).toList();
				EmbeddingClient.Embedded response = client.embed(batch.stream().map(content).toList(), names, options);
				for (int i = 0; i < batch.size(); i++) {
					vectors.put(batch.get(i), checked(response, i, names.get(i)));
				}
				model = response.model();
			}
		}
		List<float[]> ordered = new ArrayList<>();
		for (T one : all) {
			ordered.add(Objects.requireNonNull(vectors.get(one), () -> "The batching strategy left out "
					+ name.apply(one) + ", or returned a copy of it; it must return each document once"));
		}
		return new Answer(ordered, model);
	}

	/** A vector of the fallback that can stand beside those of the store. */
	private float[] checked(EmbeddingClient.Embedded response, int index, String name) {
		float[] vector = response.vectors().get(index);
		int dimensions = (vector != null) ? vector.length : 0;
		StoreIdentity identity = this.store.use(StoreSession::identity);
		try {
			identity.check(response.model(), dimensions);
		}
		catch (EmbeddingModelMismatchException ex) {
			throw new IllegalStateException("The fallback is not the model of the exported store: " + ex.difference()
					+ ". Vectors of different models cannot be compared. Give exportedEmbeddings the model the "
					+ "store was filled with, or none", ex);
		}
		if (vector == null || vector.length == 0) {
			throw new IllegalStateException(
					"The fallback gave " + name + " no vector. Look at its log and its service, then try again");
		}
		return vector;
	}

	private float @Nullable [] find(Document document) {
		DocumentRow row = this.store
			.use((session) -> session.reader().read((connection) -> DocumentTable.row(connection, document.getId())));
		if (row != null && row.text().equals(document.getText())
				&& isSame(CODEC.decode(row.metadata()), document.getMetadata())) {
			// While the store migrates it may have one of the next model only.
			return (row.embedding().length > 0) ? row.embedding() : null;
		}
		return find(getEmbeddingContent(document));
	}

	private static boolean isSame(Map<String, Object> one, Map<String, Object> other) {
		// Values may be arrays.
		return one.keySet().equals(other.keySet())
				&& one.keySet().stream().allMatch((key) -> Objects.deepEquals(one.get(key), other.get(key)));
	}

	private float @Nullable [] find(String content) {
		byte[] hash = ContentHash.of(content).bytes();
		return this.store.use((session) -> session.reader()
			.read((connection) -> KnownEmbeddings.find(connection, EmbeddingTable.current(connection), hash)));
	}

	/**
	 * Vectors and where they come from.
	 *
	 * @param vectors in the order of the question
	 * @param model the name of the model of all of them, if it is known
	 */
	private record Answer(List<float[]> vectors, @Nullable String model) {

	}

}
