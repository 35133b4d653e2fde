package io.github.hnswspring.ingest;

import java.util.Set;

/**
 * What a round is for.
 *
 * @param all whether all files are read, or only those that look changed
 * @param removeMissing whether documents go, too, whose files cannot be looked at
 * @param restless files that are still being written, by their documents' ids
 */
record RoundRequest(boolean all, boolean removeMissing, Set<String> restless) {

	static final RoundRequest ALL = new RoundRequest(true, false, Set.of());

	static final RoundRequest REMOVE_MISSING = new RoundRequest(true, true, Set.of());

	static RoundRequest changed(Set<String> restless) {
		return new RoundRequest(false, false, restless);
	}

	/** One round for two requests. */
	RoundRequest and(RoundRequest other) {
		boolean either = this.all || other.all;
		return new RoundRequest(either, this.removeMissing || other.removeMissing, either ? Set.of() : other.restless);
	}

}
