package io.github.hnswspring.vectorstore.session;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;

/**
 * What a model answered when it was asked for the vector of one word, and, where names
 * cannot tell whether the vectors that answer searches are its own, of a stored text.
 *
 * @param name the model's, or {@code null} if it does not tell
 * @param dimensions of its vectors, 0 if it gave none
 * @param compared the generation that answered at the time
 * @param same whether its vectors come from this model
 */
public record ModelAnswer(@Nullable String name, int dimensions, int compared, boolean same) {

	private static final String PROBE = "model";

	/**
	 * Asks a model, under no lock.
	 * @param otherwise what to suppose if neither names nor a stored text can tell
	 */
	public static ModelAnswer of(StoreAccess store, EmbeddingClient client, boolean otherwise) {
		EmbeddingClient.Embedded answer = client.embed(List.of(PROBE), List.of("a text of one word"));
		float[] vector = answer.vectors().get(0);
		String name = answer.model();
		int dimensions = (vector != null) ? vector.length : 0;
		ModelGeneration current = store.use((session) -> session.identity().current());
		boolean same = current.fits(name, dimensions);
		if (same && (name == null || current.model() == null) && current.dimensions() > 0) {
			StoredSample sample = store
				.<@Nullable StoredSample>use((session) -> StoredSample.find(session, client, current.number()));
			same = (sample != null) ? sample.isOf(client) : otherwise;
		}
		return new ModelAnswer(name, dimensions, current.number(), same);
	}

	/** Whether the vectors of a generation come from this model. */
	boolean made(ModelGeneration generation) {
		return (generation.number() == this.compared) ? this.same : generation.fits(this.name, this.dimensions);
	}

	private boolean isNamed(@Nullable ModelGeneration generation) {
		return generation != null && generation.model() != null && generation.model().equals(this.name)
				&& generation.fits(this.name, this.dimensions);
	}

	/** The generation whose vectors come from this model, or {@code null}. */
	public @Nullable ModelGeneration generation(Generations generations) {
		ModelGeneration current = generations.current();
		ModelGeneration next = generations.next();
		if (made(current) && (isNamed(current) || !isNamed(next))) {
			return current;
		}
		if (next != null && made(next)) {
			return next;
		}
		// Of those that only may be needed again a name has to tell.
		return generations.all().stream().filter(this::isNamed).filter(this::made).findFirst().orElse(null);
	}

	String describe() {
		return ((this.name != null) ? "'" + this.name + "'" : "a model of unknown name") + " with " + this.dimensions
				+ " dimensions";
	}

}
