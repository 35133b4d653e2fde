package io.github.hnswspring.vectorstore.embedding;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.github.hnswspring.vectorstore.StoreException;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/**
 * Asks the embedding model, by {@code call} because only its response names the model.
 * Thread-safe as far as the model is.
 */
public final class EmbeddingClient {

	private final EmbeddingModel model;

	private final @Nullable String configuredName;

	private final Set<String> excludedMetadata;

	public EmbeddingClient(EmbeddingModel model, @Nullable String configuredName, Set<String> excludedMetadata) {
		this.model = model;
		this.configuredName = configuredName;
		this.excludedMetadata = excludedMetadata;
	}

	/**
	 * What of a document is embedded. Models that put metadata in front of the text get
	 * it in an order and form that depend on nothing but the document, and without the
	 * excluded keys, unless the document brings a formatter of its own: that one decides
	 * by itself, and may need them.
	 */
	public String content(Document document) {
		return content(document, document.getId());
	}

	/**
	 * The same of a document that has another id within its scope. Keys of the scope are
	 * excluded as well: they are in every document there, and in no question.
	 * @param storedId the id it is stored by
	 */
	public String content(Document document, String storedId) {
		return contentAsItComes(EmbeddedMetadata.of(document, excluded(storedId)));
	}

	/**
	 * What was embedded of a document before its metadata was brought into an order: an
	 * older store knows it by this.
	 */
	public String formerContent(Document document) {
		return formerContent(document, document.getId());
	}

	/**
	 * The same of a document that has another id within its scope.
	 * @param storedId the id it is stored by
	 */
	public String formerContent(Document document, String storedId) {
		Set<String> excluded = excluded(storedId);
		boolean unaffected = EmbeddedMetadata.hasOwnFormatter(document)
				|| document.getMetadata().keySet().stream().noneMatch(excluded::contains);
		return contentAsItComes(unaffected ? document : without(document, excluded));
	}

	private Set<String> excluded(String storedId) {
		Set<String> scope = ScopeKeys.of(storedId);
		if (scope.isEmpty()) {
			return this.excludedMetadata;
		}
		Set<String> all = new HashSet<>(this.excludedMetadata);
		all.addAll(scope);
		return all;
	}

	/** What of a document is embedded if no key is excluded, as of old. */
	public String contentWithAllMetadata(Document document) {
		return Objects.requireNonNullElse(this.model.getEmbeddingContent(document), "");
	}

	/** The name its owner has given the model, or {@code null}. */
	public @Nullable String configuredName() {
		return this.configuredName;
	}

	public boolean asks(EmbeddingModel other) {
		return this.model == other;
	}

	private static Document without(Document document, Set<String> excluded) {
		Document copy = document.mutate().build();
		copy.getMetadata().keySet().removeAll(excluded);
		return copy;
	}

	private String contentAsItComes(Document document) {
		return Objects.requireNonNullElse(this.model.getEmbeddingContent(document), "");
	}

	/**
	 * Embeds texts in one request.
	 * @param texts the texts
	 * @param names what messages call them, such as "document '17'"
	 */
	public Embedded embed(List<String> texts, List<String> names) {
		return embed(texts, names, null);
	}

	public Embedded embed(List<String> texts, List<String> names, @Nullable EmbeddingOptions options) {
		EmbeddingResponse response = answer(
				new EmbeddingRequest(texts, (options != null) ? options : EmbeddingOptions.builder().build()));
		List<float @Nullable []> vectors = new ResponseReader(this.model, names).vectors(response);
		return new Embedded(vectors, (this.configuredName != null) ? this.configuredName : name(response));
	}

	/**
	 * Models in other languages than Java throw checked exceptions that none declares.
	 */
	private EmbeddingResponse answer(EmbeddingRequest request) {
		try {
			return this.model.call(request);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new StoreException("The embedding model failed: " + StoreException.reason(ex), ex);
		}
	}

	// Custom models may leave the metadata out, whatever the signatures promise.
	@SuppressWarnings({ "ConstantValue", "NullAway" })
	private static @Nullable String name(EmbeddingResponse response) {
		if (response.getMetadata() == null) {
			return null;
		}
		String name = response.getMetadata().getModel();
		return (name != null && !name.isBlank()) ? name : null;
	}

	/**
	 * Vectors and where they come from.
	 *
	 * @param vectors one per text, in their order; {@code null} where the model gave none
	 * @param model the model's name, if it tells
	 */
	public record Embedded(List<float @Nullable []> vectors, @Nullable String model) {

	}

}
