package io.github.hnswspring.ingest.autoconfigure;

import java.util.Collection;

/** It is not said which store is to be filled. */
final class NoIngestStoreException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String remedy;

	NoIngestStoreException(Collection<String> stores) {
		super(IngestAutoConfiguration.STORE + " is not set, and there is no store without a name to be filled; "
				+ (stores.isEmpty() ? "there is no store of HNSW at all"
						: "there are only " + String.join(", ", stores)));
		this.remedy = stores.isEmpty() ? "Set hnsw.directory." : "Set " + IngestAutoConfiguration.STORE + " to one of "
				+ String.join(", ", stores) + ", or have a store without a name by setting hnsw.directory.";
	}

	String remedy() {
		return this.remedy;
	}

}
