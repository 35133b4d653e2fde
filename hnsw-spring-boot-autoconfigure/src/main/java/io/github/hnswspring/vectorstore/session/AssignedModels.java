package io.github.hnswspring.vectorstore.session;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import io.github.hnswspring.vectorstore.embedding.EmbeddingClient;
import io.github.hnswspring.vectorstore.options.Generations;
import io.github.hnswspring.vectorstore.options.ModelGeneration;

/**
 * Which model stands for which generation, and whether that was learned or is supposed.
 * Each start of the store supposes anew where the own model stands. Thread-safe.
 */
final class AssignedModels {

	private final EmbeddingClient own;

	private final @Nullable EmbeddingClient former;

	// Those given by callers outlive a stop of the store.
	private final Map<Integer, EmbeddingClient> given = new ConcurrentHashMap<>();

	// Whether the former model made the vectors of a generation, where it was asked.
	private final Map<Integer, Boolean> formerFits = new ConcurrentHashMap<>();

	// In one object: read apart, what is supposed could be taken for learned.
	private volatile Assignment assignment = new Assignment(Map.of(), null, false);

	AssignedModels(EmbeddingClient own, @Nullable EmbeddingClient former) {
		this.own = own;
		this.former = former;
	}

	/**
	 * What makes vectors of a generation; {@code null} if it is not there. As long as it
	 * was not learned which model the own one is, any of the two may stand in the other's
	 * place, and only one that was asked itself counts.
	 */
	@Nullable EmbeddingClient certain(int generation, Generations generations) {
		Assignment current = this.assignment;
		EmbeddingClient maker = find(current, generation);
		boolean isCertain = current.learned() || EmbeddingModels.isUnbound(generations)
				|| this.given.containsKey(generation)
				|| (maker == this.former && Boolean.TRUE.equals(this.formerFits.get(generation)));
		return isCertain ? maker : null;
	}

	/**
	 * What is supposed to make vectors of a generation; {@code null} if it is not there.
	 * Not for computing vectors that are stored or compared with stored ones.
	 */
	@Nullable EmbeddingClient supposed(int generation) {
		return find(this.assignment, generation);
	}

	private @Nullable EmbeddingClient find(Assignment current, int generation) {
		EmbeddingClient other = this.given.get(generation);
		if (other != null) {
			return other;
		}
		EmbeddingClient maker = current.makers().get(generation);
		boolean isWrong = maker == this.former && Boolean.FALSE.equals(this.formerFits.get(generation));
		return isWrong ? null : maker;
	}

	/** Whether it was learned which model the own one is, since the store was started. */
	boolean areLearned() {
		return this.assignment.learned();
	}

	/** Whether these are the generations that models were assigned to. */
	boolean areOf(Generations generations) {
		return generations.equals(this.assignment.generations());
	}

	/** Has the own model make a generation, and the former one the others. */
	synchronized void assign(ModelGeneration ownGeneration, Generations generations, boolean learned) {
		Map<Integer, EmbeddingClient> makers = new HashMap<>();
		makers.put(ownGeneration.number(), this.own);
		if (this.former != null) {
			for (ModelGeneration other : generations.all()) {
				makers.putIfAbsent(other.number(), this.former);
			}
		}
		this.assignment = new Assignment(makers, generations, learned);
	}

	/** The own model makes nothing for the time being. */
	synchronized void leaveToFormer(Generations generations, boolean learned) {
		this.assignment = new Assignment(byFormer(generations.current()), generations, learned);
	}

	/**
	 * The same, unless it was learned meanwhile which model the own one is.
	 * @return whether it was not
	 */
	synchronized boolean leaveToFormerUnlessLearned(ModelGeneration current) {
		Assignment before = this.assignment;
		if (!before.learned()) {
			this.assignment = new Assignment(byFormer(current), before.generations(), false);
		}
		return !before.learned();
	}

	private Map<Integer, EmbeddingClient> byFormer(ModelGeneration current) {
		return (this.former != null) ? Map.of(current.number(), this.former) : Map.of();
	}

	/** Has a model that a caller gives make a generation. */
	void give(ModelGeneration generation, EmbeddingClient client) {
		this.given.put(generation.number(), client);
	}

	/** Whether the former model made a generation; {@code null} before it was asked. */
	@Nullable Boolean formerFits(ModelGeneration generation) {
		return this.formerFits.get(generation.number());
	}

	/**
	 * Notes whether the former model made a generation.
	 * @return whether that is new
	 */
	boolean formerFits(ModelGeneration generation, boolean fits) {
		return this.formerFits.put(generation.number(), fits) == null;
	}

	/**
	 * What was decided at one time.
	 *
	 * @param makers by the numbers of the generations
	 * @param generations there were then; {@code null} before the first start
	 * @param learned whether it was learned which model the own one is
	 */
	private record Assignment(Map<Integer, EmbeddingClient> makers, @Nullable Generations generations,
			boolean learned) {

	}

}
