package io.github.hnswspring.vectorstore;

/**
 * What a store does when its embedding model is another one than its embeddings come
 * from.
 */
public enum OnModelChange {

	/** It refuses to open, to add and to search, until the model fits. */
	REFUSE,

	/** It embeds all documents anew in the background, and then switches. */
	MIGRATE

}
