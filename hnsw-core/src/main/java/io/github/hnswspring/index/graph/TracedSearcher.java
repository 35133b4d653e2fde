package io.github.hnswspring.index.graph;

/**
 * Walks step for step as {@link GraphSearcher} does and takes notes, so that no search
 * that is answered has to ask whether notes are taken. A test compares the two. Confined
 * to one search.
 */
final class TracedSearcher extends GraphSearcher {

	private static final int NONE = -1;

	private final WalkNotes notes;

	private final int without;

	TracedSearcher(GraphSearcher original, WalkNotes notes) {
		this(original, notes, NONE);
	}

	/**
	 * Creates a searcher that does not see one node, as if it were not linked yet.
	 * @param without the node, or -1
	 */
	TracedSearcher(GraphSearcher original, WalkNotes notes, int without) {
		super(original.links);
		this.notes = notes;
		this.without = without;
	}

	@Override
	int descend(Scratch scratch, int entrySlot, int fromLayer, int toLayer) {
		this.notes.descends();
		int nearest = entrySlot;
		float nearestDistance = scratch.walk.distance(nearest);
		this.notes.descended(nearest, fromLayer, nearestDistance);
		for (int layer = fromLayer; layer > toLayer; layer--) {
			int before;
			do {
				before = nearest;
				int count = leaveOut(scratch, known(scratch, this.links.copy(nearest, layer, scratch.batch)));
				scratch.walk.distances(scratch.batch, count, scratch.distances);
				this.notes.met(before, layer, count);
				for (int i = 0; i < count; i++) {
					if (scratch.distances[i] < nearestDistance) {
						nearestDistance = scratch.distances[i];
						nearest = scratch.batch[i];
					}
				}
				if (nearest != before) {
					this.notes.descended(nearest, layer, nearestDistance);
				}
			}
			while (nearest != before);
		}
		return nearest;
	}

	@Override
	void searchLayer(Scratch scratch, int start, int ef, int layer) {
		CandidatePool pool = scratch.pool;
		begin(scratch, ef, false);
		pool.offer(scratch.walk.distance(start), start);
		scratch.visit(start);
		int compared = 1;
		int node;
		while ((node = pool.nextToExpand()) >= 0) {
			this.notes.expands(node, pool.expandedDistance());
			int count = compareNeighbors(scratch, node, layer);
			compared += count;
			for (int i = 0; i < count; i++) {
				if (scratch.distances[i] <= pool.worstDistance()) {
					pool.offer(scratch.distances[i], scratch.batch[i]);
				}
			}
		}
		scratch.compared += compared;
		this.notes.compares(compared);
	}

	@Override
	boolean searchLayer(Scratch scratch, int start, int ef, Acceptance accept, long budget) {
		CandidatePool pool = scratch.pool;
		LongHeap frontier = scratch.frontier;
		begin(scratch, ef, true);
		frontier.clear();
		scratch.visit(start);
		float startDistance = scratch.walk.distance(start);
		frontier.push(CandidatePool.pack(startDistance, start));
		if (accept.test(start, startDistance)) {
			pool.offer(startDistance, start);
		}
		int compared = 1;
		scratch.accepted = 0;
		scratch.rejected = 0;
		boolean ended = true;
		while (!frontier.isEmpty()) {
			long nearest = frontier.pop();
			if (CandidatePool.distance(nearest) > pool.worstDistance()) {
				break;
			}
			if (compared > budget) {
				ended = false;
				break;
			}
			this.notes.expands(CandidatePool.slot(nearest), CandidatePool.distance(nearest));
			int count = compareNeighbors(scratch, CandidatePool.slot(nearest), 0);
			compared += count;
			for (int i = 0; i < count; i++) {
				offer(scratch, i, accept);
			}
		}
		this.notes.compares(compared);
		return ended;
	}

	private static void offer(Scratch scratch, int i, Acceptance accept) {
		float distance = scratch.distances[i];
		int slot = scratch.batch[i];
		if (!(distance < scratch.pool.worstDistance())) {
			return;
		}
		scratch.frontier.push(CandidatePool.pack(distance, slot));
		if (accept.test(slot, distance)) {
			scratch.pool.offer(distance, slot);
			scratch.accepted++;
		}
		else {
			scratch.rejected++;
		}
	}

	private void begin(Scratch scratch, int ef, boolean filtered) {
		this.notes.walks(filtered, ef);
		scratch.pool.reset(ef);
		scratch.clearVisited();
		if (this.without != NONE) {
			scratch.visit(this.without);
		}
	}

	private int leaveOut(Scratch scratch, int count) {
		int kept = 0;
		for (int i = 0; i < count; i++) {
			if (scratch.batch[i] != this.without) {
				scratch.batch[kept++] = scratch.batch[i];
			}
		}
		return kept;
	}

	/** Compares the neighbours of a node that were not met before. */
	private int compareNeighbors(Scratch scratch, int node, int layer) {
		int count = unvisited(node, layer, scratch.visited(), scratch.mark(), scratch.slotLimit, scratch.batch);
		scratch.walk.distances(scratch.batch, count, scratch.distances);
		this.notes.met(node, layer, count);
		return count;
	}

}
