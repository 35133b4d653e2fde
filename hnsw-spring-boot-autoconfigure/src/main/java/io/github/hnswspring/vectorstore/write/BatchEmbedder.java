package io.github.hnswspring.vectorstore.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.EmbeddingModelMismatchException;
import io.github.hnswspring.vectorstore.Limits;
import io.github.hnswspring.vectorstore.derived.VectorCheck;
import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.embedding.EmbeddingCounters;
import io.github.hnswspring.vectorstore.options.LimitCheck;
import io.github.hnswspring.vectorstore.options.ModelGeneration;
import io.github.hnswspring.vectorstore.options.OtherGenerationException;
import io.github.hnswspring.vectorstore.session.StoreAccess;
import io.github.hnswspring.vectorstore.session.StoreSession;

/**
 * Has the vectors of one batch computed, and tells those that can be stored from those
 * that cannot. Thread-safe; embedding happens outside of every lock.
 */
final class BatchEmbedder {

	private final Limits limits;

	private final EmbeddingCounters counters;

	BatchEmbedder(Limits limits, EmbeddingCounters counters) {
		this.limits = limits;
		this.counters = counters;
	}

	/**
	 * Embeds the contents of a batch in one request.
	 * @param refusals is told of single vectors that cannot be stored
	 * @return the documents whose vectors can be
	 * @throws EmbeddingModelMismatchException if the model is not the store's
	 * @throws IllegalStateException if the response does not answer the request, or if so
	 * many answers had no usable vector that further ones would be paid for in vain
	 */
	List<EmbeddedDraft> embed(StoreAccess store, List<EmbeddingPlan.Group> batch, Refusals refusals) {
		List<String> texts = batch.stream().map((group) -> group.first().content()).toList();
		List<String> names = batch.stream().map(EmbeddingPlan.Group::name).toList();
		int number = batch.get(0).first().generation();
		EmbeddingClient client = store.use((session) -> client(session, number));
		EmbeddingClient.Embedded response = client.embed(texts, names);
		this.counters.computed(batch.size());
		return store.use((session) -> usable(session, batch, names, response, refusals));
	}

	private static EmbeddingClient client(StoreSession session, int number) {
		generation(session, number);
		EmbeddingClient client = session.models().of(session, number);
		if (client == null) {
			// The store may also have been started again since, and learns its model
			// anew.
			throw new OtherGenerationException(number);
		}
		return client;
	}

	private static ModelGeneration generation(StoreSession session, int number) {
		ModelGeneration generation = session.identity().generations().inUse(number);
		if (generation == null) {
			throw new OtherGenerationException(number);
		}
		return generation;
	}

	private List<EmbeddedDraft> usable(StoreSession session, List<EmbeddingPlan.Group> batch, List<String> names,
			EmbeddingClient.Embedded response, Refusals refusals) {
		List<float @Nullable []> vectors = response.vectors();
		ModelGeneration generation = generation(session, batch.get(0).first().generation());
		int dimensions = dimensions(session, generation, names, response, refusals);
		List<EmbeddedDraft> usable = new ArrayList<>();
		for (int i = 0; i < batch.size(); i++) {
			List<Draft> drafts = batch.get(i).drafts();
			float[] vector = vectors.get(i);
			String problem = VectorCheck.problem(vector, dimensions, session.options().metric());
			if (problem == null) {
				float[] checked = Objects.requireNonNull(vector);
				drafts.forEach((draft) -> usable.add(new EmbeddedDraft(draft, checked, response.model())));
				this.counters.reused(drafts.size() - 1);
			}
			else {
				String name = names.get(i);
				refusals.add(drafts.size(), () -> "The embedding model gave " + name + " " + problem
						+ ": change its text, or look at the model, then try again");
			}
		}
		refusals.answered(batch.size(), !usable.isEmpty());
		return usable;
	}

	/**
	 * The dimensions all vectors of the response should have. If others of the call fit
	 * the store, only the document with the odd vector is refused; if none does, it is
	 * another model.
	 */
	private int dimensions(StoreSession session, ModelGeneration generation, List<String> names,
			EmbeddingClient.Embedded response, Refusals refusals) {
		int expected = session.identity().expectedDimensions(generation);
		int first = -1;
		for (int i = 0; i < names.size(); i++) {
			float[] vector = response.vectors().get(i);
			if (vector == null || vector.length == 0) {
				continue;
			}
			if (vector.length == expected) {
				session.modelHealth().check(generation, response.model(), expected);
				return expected;
			}
			if (first < 0) {
				first = i;
				continue;
			}
			int former = Objects.requireNonNull(response.vectors().get(first)).length;
			if (expected == 0 && vector.length != former) {
				throw new IllegalStateException("The embedding model gave " + names.get(first) + " a vector of "
						+ former + " dimensions, but " + names.get(i) + " one of " + vector.length
						+ ": vectors of several sizes cannot be compared. Look at the model and its options, or say "
						+ "which it should be with " + session.options().property("dimensions"));
			}
		}
		if (expected > 0 && refusals.isAnyUsable()) {
			session.modelHealth().check(generation, response.model(), 0);
			return expected;
		}
		int actual = (first >= 0) ? Objects.requireNonNull(response.vectors().get(first)).length : 0;
		session.modelHealth().check(generation, response.model(), actual);
		LimitCheck.check("dimensions", "The number of dimensions of " + names.get(Math.max(0, first)), actual,
				this.limits.dimensions(), "use a model with fewer");
		return actual;
	}

}
