package io.github.hnswspring.index.graph;

/**
 * Algorithm 4 of Malkov &amp; Yashunin 2018: of the candidates, nearest first, keep each
 * one that is nearer to the base than to every one kept before, so that links point in
 * different directions; then fill up with the nearest refused
 * ({@code keepPrunedConnections}), which saves about a tenth of the comparisons at equal
 * recall, see {@code docs/decisions/keep-pruned-connections.md}. Confined to the scratch
 * it works on.
 */
final class NeighborSelector {

	private NeighborSelector() {
	}

	/**
	 * Selects from the scratch's sorted {@code selection} pool into {@code selected}.
	 * @param max most neighbours to keep
	 * @return how many were kept
	 */
	static int select(Scratch scratch, int max) {
		CandidatePool candidates = scratch.selection;
		int kept = 0;
		int refused = 0;
		for (int i = 0; i < candidates.size() && kept < max; i++) {
			int candidate = candidates.slotAt(i);
			if (kept == 0 || isDiverse(scratch, candidate, candidates.scoreAt(i), kept)) {
				scratch.selected[kept++] = candidate;
			}
			else if (refused < max) {
				scratch.refused[refused++] = candidate;
			}
		}
		for (int i = 0; i < refused && kept < max; i++) {
			scratch.selected[kept++] = scratch.refused[i];
		}
		return kept;
	}

	/**
	 * Whether a candidate is nearer to the base than to each of the first {@code kept} in
	 * the scratch's {@code selected}.
	 */
	static boolean isDiverse(Scratch scratch, int candidate, float toBase, int kept) {
		scratch.pair.query(candidate);
		return !scratch.pair.isAnyNearer(scratch.selected, kept, toBase);
	}

}
