package io.github.hnswspring.vectorstore;

/** How far the text index is, from which searches by words are answered. */
public enum TextIndexState {

	/**
	 * There is none: it is switched off, or the store is of a format that has none and is
	 * opened read-only.
	 */
	OFF,

	/** Documents are being put in; searches by words find those that are. */
	BUILDING,

	/** All documents are in it. */
	READY

}
