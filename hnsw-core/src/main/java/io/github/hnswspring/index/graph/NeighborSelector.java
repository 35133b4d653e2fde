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
		float lastKept = Float.NEGATIVE_INFINITY;
		for (int i = 0; i < candidates.size() && kept < max; i++) {
			int candidate = candidates.slotAt(i);
			float toBase = candidates.distanceAt(i);
			if (kept == 0 || isDiverse(scratch, candidate, toBase, kept)) {
				scratch.selected[kept++] = candidate;
				lastKept = toBase;
			}
			else if (refused < max && !isRepeated(scratch, toBase, lastKept, kept)) {
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
	 * the scratch's {@code selected}. A tie, or what rounding cannot tell from one, is
	 * not: equal vectors would never refuse each other and fill the row.
	 */
	static boolean isDiverse(Scratch scratch, int candidate, float toBase, int kept) {
		scratch.pair.query(candidate);
		return !scratch.pair.isAnyNearer(scratch.selected, kept, scratch.pair.tied(toBase));
	}

	/**
	 * Whether a candidate is the same, but for rounding, as one that was kept: a link to
	 * it leads nowhere new. The pair computer's query is the candidate.
	 */
	private static boolean isRepeated(Scratch scratch, float toBase, float lastKept, int kept) {
		return toBase <= scratch.pair.tied(lastKept)
				&& scratch.pair.isAnyNearer(scratch.selected, kept, scratch.pair.tied(scratch.pair.least()));
	}

}
