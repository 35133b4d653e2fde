package io.github.hnswspring.index.graph;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import io.github.hnswspring.index.vector.Scorer;

/**
 * Walks the graph: Algorithms 2 and 5 of Malkov &amp; Yashunin 2018 (arXiv:1603.09320).
 * All unvisited neighbours of a node are collected first and scored together, so that
 * their cache misses overlap. Thread-safe: the state is in the {@link Scratch}.
 */
final class GraphSearcher {

	private static final VarHandle INT = MethodHandles.arrayElementVarHandle(int[].class);

	private final Links links;

	/** Which nodes count. */
	@FunctionalInterface
	interface Acceptance {

		/**
		 * Whether a node counts.
		 * @param score what the walk gave it
		 */
		boolean test(int slot, float score);

	}

	GraphSearcher(Links links) {
		this.links = links;
	}

	/**
	 * The upper part of Algorithm 5: from the entry point down to the layer above the
	 * target, always to the nearest node (Algorithm 2 with ef = 1).
	 * @return the nearest node found
	 */
	int descend(Scratch scratch, int entrySlot, int fromLayer, int toLayer) {
		int nearest = entrySlot;
		float nearestScore = scratch.walk.score(nearest);
		for (int layer = fromLayer; layer > toLayer; layer--) {
			boolean moved = true;
			while (moved) {
				moved = false;
				int count = known(scratch, this.links.copy(nearest, layer, scratch.batch));
				scratch.walk.score(scratch.batch, count, scratch.scores);
				for (int i = 0; i < count; i++) {
					if (scratch.scores[i] < nearestScore) {
						nearestScore = scratch.scores[i];
						nearest = scratch.batch[i];
						moved = true;
					}
				}
			}
		}
		return nearest;
	}

	/** Leaves out what was added after the operation began. */
	private static int known(Scratch scratch, int count) {
		int kept = 0;
		for (int i = 0; i < count; i++) {
			if (scratch.batch[i] < scratch.slotLimit) {
				scratch.batch[kept++] = scratch.batch[i];
			}
		}
		return kept;
	}

	/**
	 * Algorithm 2: fills the scratch's pool with the {@code ef} nearest nodes of a layer,
	 * alive or not.
	 */
	void searchLayer(Scratch scratch, int start, int ef, int layer) {
		CandidatePool pool = scratch.pool;
		Scorer scorer = scratch.walk;
		int[] batch = scratch.batch;
		float[] scores = scratch.scores;
		pool.reset(ef);
		scratch.clearVisited();
		byte[] visited = scratch.visited();
		byte mark = scratch.mark();
		int limit = scratch.slotLimit;
		scratch.visit(start);
		pool.offer(scorer.score(start), start);
		int node;
		int scored = 1;
		while ((node = pool.nextToExpand()) >= 0) {
			int count = unvisited(node, layer, visited, mark, limit, batch);
			scorer.score(batch, count, scores);
			scored += count;
			// Most are farther than the worst there is: one comparison, nothing packed.
			float worst = pool.worstScore();
			for (int i = 0; i < count; i++) {
				if (scores[i] <= worst && pool.offer(scores[i], batch[i])) {
					worst = pool.worstScore();
				}
			}
		}
		scratch.scored += scored;
	}

	/**
	 * Algorithm 2 for results that must pass a test: every node is walked through, only
	 * those that pass count. The pool ends up holding the {@code ef} nearest that do. The
	 * scratch counts those that did and did not, of all that were near enough when met.
	 * @param budget most nodes to score
	 * @return whether the search ended by itself, rather than for lack of budget
	 */
	boolean searchLayer(Scratch scratch, int start, int ef, Acceptance accept, long budget) {
		CandidatePool pool = scratch.pool;
		LongHeap frontier = scratch.frontier;
		int[] batch = scratch.batch;
		float[] scores = scratch.scores;
		pool.reset(ef);
		frontier.clear();
		scratch.clearVisited();
		byte[] visited = scratch.visited();
		byte mark = scratch.mark();
		int limit = scratch.slotLimit;
		scratch.visit(start);
		float startScore = scratch.walk.score(start);
		frontier.push(CandidatePool.pack(startScore, start));
		if (accept.test(start, startScore)) {
			pool.offer(startScore, start);
		}
		long scored = 1;
		scratch.accepted = 0;
		scratch.rejected = 0;
		while (!frontier.isEmpty()) {
			long nearest = frontier.pop();
			if (CandidatePool.score(nearest) > pool.worstScore()) {
				return true;
			}
			if (scored > budget) {
				return false;
			}
			int count = unvisited(CandidatePool.slot(nearest), 0, visited, mark, limit, batch);
			scratch.walk.score(batch, count, scores);
			scored += count;
			for (int i = 0; i < count; i++) {
				if (scores[i] < pool.worstScore()) {
					frontier.push(CandidatePool.pack(scores[i], batch[i]));
					if (accept.test(batch[i], scores[i])) {
						pool.offer(scores[i], batch[i]);
						scratch.accepted++;
					}
					else {
						scratch.rejected++;
					}
				}
			}
		}
		return true;
	}

	private int unvisited(int node, int layer, byte[] visited, byte mark, int limit, int[] batch) {
		int[] row = this.links.row(node, layer);
		int offset = this.links.offset(node, layer);
		int end = offset + (int) INT.getAcquire(row, offset);
		int count = 0;
		for (int i = offset + 1; i <= end; i++) {
			int neighbor = (int) INT.getOpaque(row, i);
			if (neighbor < limit && visited[neighbor] != mark) {
				visited[neighbor] = mark;
				batch[count++] = neighbor;
			}
		}
		VarHandle.acquireFence();
		return count;
	}

}
