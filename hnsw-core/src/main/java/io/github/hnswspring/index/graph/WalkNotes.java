package io.github.hnswspring.index.graph;

/** What is told of a walk while it goes on. Confined to that search. */
interface WalkNotes {

	/** A walk goes down from the entry point. */
	default void descends() {
	}

	/** It has come to a node of an upper layer, or begins there. */
	default void descended(int slot, int layer, float distance) {
	}

	/** A walk on the lowest layer begins; it goes on where one did not suffice. */
	default void walks(boolean filtered, int list) {
	}

	/** It follows the links of a node of the lowest layer. */
	default void expands(int slot, float distance) {
	}

	/**
	 * It stands at a node and has compared some of those linked from it.
	 * @param count how many of the scratch's batch and distances those are
	 */
	default void met(int slot, int layer, int count) {
	}

	/** It has compared so many nodes of the lowest layer. */
	default void compares(int nodes) {
	}

}
