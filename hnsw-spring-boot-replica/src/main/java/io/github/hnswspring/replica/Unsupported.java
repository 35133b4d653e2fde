package io.github.hnswspring.replica;

/** What a replica of an attached table cannot do, and why. */
final class Unsupported {

	private Unsupported() {
	}

	static UnsupportedOperationException operation(String operation, String reason, String instead) {
		return new UnsupportedOperationException(
				"A store that is attached to a table (hnsw.replica.attach.table) has no " + operation + ", because "
						+ reason + "; " + instead);
	}

	static UnsupportedOperationException updateMetadata() {
		return operation("updateMetadata", "other applications may be changing the same documents in the table",
				"update the column 'metadata' of the table by SQL, which the replicas follow, or add the documents again");
	}

	static UnsupportedOperationException imports() {
		return operation("import", "an export has ends and sources of documents, which the table has not",
				"import into a store of its own and add its documents to this one: "
						+ "store.exportTo((document, vector) -> replica.add(List.of(document), List.of(vector)))");
	}

	static UnsupportedOperationException migration() {
		return operation("migration to another embedding model",
				"the vectors are those of the table, which other applications search",
				"fill another table with the vectors of the other model and attach to that");
	}

	static UnsupportedOperationException inScope(String operation) {
		return operation(operation + " within a scope",
				"the ids of the table are those of its owner and cannot be told apart by scopes",
				"write to the store itself, with the scope's values in the metadata");
	}

}
