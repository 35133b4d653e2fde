package io.github.hnswspring.vectorstore.derived;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

import io.github.hnswspring.index.Metric;
import io.github.hnswspring.index.Neighbor;
import io.github.hnswspring.index.VectorQuery;
import io.github.hnswspring.vectorstore.storage.VectorBlob;

/**
 * Compares a query with vectors one by one and keeps the nearest, with the distances,
 * ties and filters of the index. Confined to one search.
 */
final class ExactScan {

	private static final Comparator<Neighbor> NEAREST_FIRST = Comparator.comparingDouble(Neighbor::distance)
		.thenComparingLong(Neighbor::id);

	private final VectorQuery query;

	private final Metric metric;

	private final ExactDistance distance;

	// The worst of the kept is on top.
	private final PriorityQueue<Neighbor> kept = new PriorityQueue<>(NEAREST_FIRST.reversed());

	private final Set<Long> seen = new HashSet<>();

	ExactScan(VectorQuery query, Metric metric) {
		this.query = query;
		this.metric = metric;
		this.distance = new ExactDistance(metric, query.vector());
	}

	/** Takes results of the index over; their keys are not compared again. */
	void accept(List<Neighbor> hits) {
		for (Neighbor hit : hits) {
			if (this.seen.add(hit.id())) {
				keep(hit);
			}
		}
	}

	void visit(long key, byte[] embedding) {
		if (embedding.length == this.query.vector().length * Float.BYTES && isWanted(key)) {
			visit(key, VectorBlob.decode(embedding));
		}
	}

	void visit(PendingVectors pending) {
		for (int i = 0; i < pending.keys().length; i++) {
			if (isWanted(pending.keys()[i])) {
				visit(pending.keys()[i], pending.vectors()[i]);
			}
		}
	}

	private void visit(long key, float[] vector) {
		if (!VectorCheck.isUsable(vector, this.query.vector().length, this.metric) || !this.seen.add(key)) {
			return;
		}
		float distance = this.distance.to(vector);
		if (distance <= this.query.maxDistance() && isAfter(distance, key)) {
			keep(new Neighbor(key, distance));
		}
	}

	private boolean isWanted(long key) {
		if (this.query.idSet() != null) {
			return this.query.idSet().contains(key);
		}
		return this.query.predicate() == null || this.query.predicate().test(key);
	}

	private boolean isAfter(float distance, long key) {
		return !this.query.isContinued() || distance > this.query.afterDistance()
				|| (distance == this.query.afterDistance() && key > this.query.afterId());
	}

	private void keep(Neighbor hit) {
		this.kept.add(hit);
		if (this.kept.size() > this.query.k()) {
			this.kept.poll();
		}
	}

	/** The nearest, nearest first. */
	List<Neighbor> results() {
		List<Neighbor> results = new ArrayList<>(this.kept);
		results.sort(NEAREST_FIRST);
		return results;
	}

}
