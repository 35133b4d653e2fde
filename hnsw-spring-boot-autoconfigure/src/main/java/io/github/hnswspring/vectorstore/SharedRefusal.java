package io.github.hnswspring.vectorstore;

/**
 * What a store that is shared by several instances cannot do, and what to do instead.
 * Stateless.
 */
final class SharedRefusal {

	private SharedRefusal() {
	}

	static UnsupportedOperationException forget() {
		return new UnsupportedOperationException("A store that several instances share has no forget, because what an "
				+ "instance that is away has in its files, and what the database and its backups keep, cannot be erased "
				+ "from here; delete by a filter on the scope's metadata, compact() each instance, and have the "
				+ "database vacuum its tables");
	}

	static UnsupportedOperationException migration() {
		return new UnsupportedOperationException("A store that several instances share has no migration to another "
				+ "embedding model, because all instances would have to change to it at the same moment; fill another "
				+ "shared store with the vectors of the other model, then have the instances use that");
	}

}
