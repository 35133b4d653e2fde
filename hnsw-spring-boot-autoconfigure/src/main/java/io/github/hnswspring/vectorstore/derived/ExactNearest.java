package io.github.hnswspring.vectorstore.derived;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

import io.github.hnswspring.index.ExactDistance;
import io.github.hnswspring.index.HnswIndex;
import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;

/**
 * The nearest of vectors that are compared one by one, with the distances and ties of the
 * index; filters are for who shows them. Confined to one thread.
 */
public final class ExactNearest {

	private static final Comparator<Neighbor> NEAREST_FIRST = Comparator.comparingDouble(Neighbor::distance)
		.thenComparingLong(Neighbor::id);

	private final VectorQuery query;

	private final Metric metric;

	private final ExactDistance distance;

	// The worst of the kept is on top.
	private final PriorityQueue<Neighbor> kept = new PriorityQueue<>(NEAREST_FIRST.reversed());

	/**
	 * Describes what is looked for.
	 * @param query the vector, how many, how near and after which
	 * @param metric how they are compared
	 */
	public ExactNearest(VectorQuery query, Metric metric) {
		this.query = query;
		this.metric = metric;
		this.distance = HnswIndex.exactDistance(metric, query.vector());
	}

	/**
	 * Compares a vector, which is looked at closely only if it is near enough.
	 * @param key of its row, which was not shown before
	 * @param vector {@code float[dimensions]}; not kept
	 */
	public void visit(long key, float[] vector) {
		float to = this.distance.to(vector);
		if (to <= this.query.maxDistance() && isAfter(to, key)) {
			Neighbor hit = new Neighbor(key, to);
			if (isNearEnough(hit) && VectorCheck.isUsable(vector, this.query.vector().length, this.metric)) {
				keep(hit);
			}
		}
	}

	private boolean isAfter(float to, long key) {
		return !this.query.isContinued() || to > this.query.afterDistance()
				|| (to == this.query.afterDistance() && key > this.query.afterId());
	}

	private boolean isNearEnough(Neighbor hit) {
		Neighbor worst = this.kept.peek();
		return worst == null || this.kept.size() < this.query.k() || NEAREST_FIRST.compare(hit, worst) < 0;
	}

	/** Takes one that was compared already. */
	void keep(Neighbor hit) {
		this.kept.add(hit);
		if (this.kept.size() > this.query.k()) {
			this.kept.poll();
		}
	}

	/**
	 * Takes over what others have found of further vectors.
	 * @param others look for the same
	 */
	public void merge(Collection<ExactNearest> others) {
		others.forEach((other) -> other.kept.forEach(this::keep));
	}

	/**
	 * What was found.
	 * @return the nearest, nearest first, equal distances by ascending key
	 */
	public List<Neighbor> results() {
		List<Neighbor> results = new ArrayList<>(this.kept);
		results.sort(NEAREST_FIRST);
		return results;
	}

}
