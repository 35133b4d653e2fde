package io.github.hnswspring.vectorstore;

/**
 * What a replica cannot do, because what it follows has no place for it, and what to do
 * instead. Stateless.
 */
final class ReplicaRefusal {

	private ReplicaRefusal() {
	}

	private static UnsupportedOperationException operation(String operation, String reason, String instead) {
		return new UnsupportedOperationException(
				"A replica, such as one of a table (hnsw.replica.attach.table), has no " + operation + ", because "
						+ reason + "; " + instead);
	}

	static UnsupportedOperationException sync() {
		return operation("sync", "what it follows has no place for the source a document comes from",
				"add and delete documents by ids of your own, or by a filter on metadata");
	}

	static UnsupportedOperationException updateMetadata() {
		return operation("updateMetadata", "other applications may be changing the same documents in what it follows",
				"update the column 'metadata' of the table by SQL, which the replicas follow, or add the documents again");
	}

	static UnsupportedOperationException forget() {
		return operation("forget", "other applications may keep what they read of what it follows",
				"delete by a filter on the scope's metadata, then compact() each instance");
	}

	static UnsupportedOperationException imports() {
		return operation("import", "an export has ends and sources of documents, which what it follows has not",
				"import into a store of its own and add its documents to this one: "
						+ "store.exportTo((document, vector) -> replica.add(List.of(document), List.of(vector)))");
	}

	static UnsupportedOperationException migration() {
		return operation("migration to another embedding model",
				"the vectors are those of what it follows, which other applications search",
				"fill another table with the vectors of the other model and attach to that");
	}

	static UnsupportedOperationException inScope(String operation) {
		return operation(operation + " within a scope",
				"the ids of what it follows are those of its owner and cannot be told apart by scopes",
				"write to the store itself, with the scope's values in the metadata");
	}

}
