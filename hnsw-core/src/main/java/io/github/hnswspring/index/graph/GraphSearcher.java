package io.github.hnswspring.index.graph;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import io.github.hnswspring.index.vector.DistanceComputer;

/**
 * Walks the graph: Algorithms 2 and 5 of Malkov &amp; Yashunin 2018 (arXiv:1603.09320).
 * All unvisited neighbours of a node are collected first and compared together, so that
 * their cache misses overlap. {@link TracedSearcher} does the same and takes notes.
 * Thread-safe: the state is in the {@link Scratch}.
 */
class GraphSearcher {

	private static final VarHandle INT = MethodHandles.arrayElementVarHandle(int[].class);

	final Links links;

	/** Which nodes count. */
	@FunctionalInterface
	interface Acceptance {

		/**
		 * Whether a node counts.
		 * @param distance what the walk computed, see {@link DistanceComputer}
		 */
		boolean test(int slot, float distance);

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
		float nearestDistance = scratch.walk.distance(nearest);
		for (int layer = fromLayer; layer > toLayer; layer--) {
			boolean moved = true;
			while (moved) {
				moved = false;
				int count = known(scratch, this.links.copy(nearest, layer, scratch.batch));
				scratch.walk.distances(scratch.batch, count, scratch.distances);
				for (int i = 0; i < count; i++) {
					if (scratch.distances[i] < nearestDistance) {
						nearestDistance = scratch.distances[i];
						nearest = scratch.batch[i];
						moved = true;
					}
				}
			}
		}
		return nearest;
	}

	/** Leaves out what was added after the operation began. */
	static int known(Scratch scratch, int count) {
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
		DistanceComputer computer = scratch.walk;
		int[] batch = scratch.batch;
		float[] distances = scratch.distances;
		pool.reset(ef);
		scratch.clearVisited();
		byte[] visited = scratch.visited();
		byte mark = scratch.mark();
		int limit = scratch.slotLimit;
		scratch.visit(start);
		pool.offer(computer.distance(start), start);
		int node;
		int compared = 1;
		while ((node = pool.nextToExpand()) >= 0) {
			int count = unvisited(node, layer, visited, mark, limit, batch);
			computer.distances(batch, count, distances);
			compared += count;
			// Most are farther than the worst there is: one comparison, nothing packed.
			float worst = pool.worstDistance();
			for (int i = 0; i < count; i++) {
				if (distances[i] <= worst && pool.offer(distances[i], batch[i])) {
					worst = pool.worstDistance();
				}
			}
		}
		scratch.compared += compared;
	}

	/**
	 * Algorithm 2 for results that must pass a test: every node is walked through, only
	 * those that pass count. The pool ends up holding the {@code ef} nearest that do. The
	 * scratch counts those that did and did not, of all that were near enough when met.
	 * @param budget most nodes to compare
	 * @return whether the search ended by itself, rather than for lack of budget
	 */
	boolean searchLayer(Scratch scratch, int start, int ef, Acceptance accept, long budget) {
		CandidatePool pool = scratch.pool;
		LongHeap frontier = scratch.frontier;
		int[] batch = scratch.batch;
		float[] distances = scratch.distances;
		pool.reset(ef);
		frontier.clear();
		scratch.clearVisited();
		byte[] visited = scratch.visited();
		byte mark = scratch.mark();
		int limit = scratch.slotLimit;
		scratch.visit(start);
		float startDistance = scratch.walk.distance(start);
		frontier.push(CandidatePool.pack(startDistance, start));
		if (accept.test(start, startDistance)) {
			pool.offer(startDistance, start);
		}
		long compared = 1;
		scratch.accepted = 0;
		scratch.rejected = 0;
		while (!frontier.isEmpty()) {
			long nearest = frontier.pop();
			if (CandidatePool.distance(nearest) > pool.worstDistance()) {
				return true;
			}
			if (compared > budget) {
				return false;
			}
			int count = unvisited(CandidatePool.slot(nearest), 0, visited, mark, limit, batch);
			scratch.walk.distances(batch, count, distances);
			compared += count;
			for (int i = 0; i < count; i++) {
				if (distances[i] < pool.worstDistance()) {
					frontier.push(CandidatePool.pack(distances[i], batch[i]));
					if (accept.test(batch[i], distances[i])) {
						pool.offer(distances[i], batch[i]);
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

	int unvisited(int node, int layer, byte[] visited, byte mark, int limit, int[] batch) {
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
