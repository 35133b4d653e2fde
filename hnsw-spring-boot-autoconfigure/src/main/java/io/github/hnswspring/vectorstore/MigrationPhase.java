package io.github.hnswspring.vectorstore;

/** How far a store is on its way from one embedding model to another. */
public enum MigrationPhase {

	/**
	 * Nothing has begun: the embedding model was asked in vain which one it is, or it is
	 * another one than the store's and the process that writes the store does not migrate
	 * to it yet.
	 */
	NOT_BEGUN,

	/**
	 * There is one model, and documents have no vector of it, as an import may bring
	 * them. It is asked for these in the background; until then, and for good if it
	 * refuses them, words find them.
	 */
	INCOMPLETE,

	/** Documents are embedded by the next model; the former one's vectors are there. */
	EMBEDDING,

	/**
	 * All documents are embedded but some, which the next model refuses. It does not
	 * switch until these are deleted or changed, or a caller does without them.
	 */
	HELD,

	/** All documents are embedded; their index is built. */
	INDEXING,

	/**
	 * The next model answers. The vectors of the former one are kept for a while, for a
	 * way back.
	 */
	SWITCHED,

	/**
	 * The migration was rolled back or given up: the model answers that did before. The
	 * vectors of the other one are kept for a while, in case it is begun again.
	 */
	TURNED_BACK

}
