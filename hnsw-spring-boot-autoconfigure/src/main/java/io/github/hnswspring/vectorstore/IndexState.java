package io.github.hnswspring.vectorstore;

/** How far the index is. Searches give complete answers in every state but the last. */
public enum IndexState {

	/** Nothing has been stored yet. */
	EMPTY,

	/** All documents are in the index. */
	READY,

	/** The index is being built; what it lacks is searched exactly. */
	REBUILDING,

	/** The store is not open. */
	CLOSED

}
