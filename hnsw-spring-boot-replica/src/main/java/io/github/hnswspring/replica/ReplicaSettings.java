package io.github.hnswspring.replica;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How a replica follows.
 *
 * @param pollInterval how long to wait between two looks at the truth
 * @param writeTimeout how long a change may take before it fails
 * @param maxAge how old a replica may be that still answers, or {@code null} for any age
 * @param publication where a new one finds a copy to begin with, or {@code null} for
 * nowhere
 * @param vectorsFirst whether a new one of very many documents begins to answer searches
 * by meaning when it has their vectors, and {@code start()} returns then; all else fails
 * until it has the documents
 */
public record ReplicaSettings(Duration pollInterval, Duration writeTimeout, @Nullable Duration maxAge,
		@Nullable Publication publication, boolean vectorsFirst) {

	/**
	 * Without copies that are published, and complete before it answers.
	 * @param pollInterval how long to wait between two looks at the truth
	 * @param writeTimeout how long a change may take before it fails
	 * @param maxAge how old a replica may be that still answers, or {@code null} for any
	 * age
	 */
	public ReplicaSettings(Duration pollInterval, Duration writeTimeout, @Nullable Duration maxAge) {
		this(pollInterval, writeTimeout, maxAge, null, false);
	}

	/**
	 * The same, with vectors first or not.
	 * @param first whether a new replica begins to answer before it has all documents
	 * @return the settings
	 */
	public ReplicaSettings withVectorsFirst(boolean first) {
		return new ReplicaSettings(this.pollInterval, this.writeTimeout, this.maxAge, this.publication, first);
	}

}
