package io.github.hnswspring.vectorstore.derived;

import java.util.HashSet;
import java.util.List;
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

	private final VectorQuery query;

	private final ExactNearest nearest;

	private final Set<Long> seen = new HashSet<>();

	ExactScan(VectorQuery query, Metric metric) {
		this.query = query;
		this.nearest = new ExactNearest(query, metric);
	}

	/** Takes results of the index over; their keys are not compared again. */
	void accept(List<Neighbor> hits) {
		for (Neighbor hit : hits) {
			if (this.seen.add(hit.id())) {
				this.nearest.keep(hit);
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
		if (vector.length == this.query.vector().length && this.seen.add(key)) {
			this.nearest.visit(key, vector);
		}
	}

	private boolean isWanted(long key) {
		if (this.query.idSet() != null) {
			return this.query.idSet().contains(key);
		}
		return this.query.predicate() == null || this.query.predicate().test(key);
	}

	/** The nearest, nearest first. */
	List<Neighbor> results() {
		return this.nearest.results();
	}

}
