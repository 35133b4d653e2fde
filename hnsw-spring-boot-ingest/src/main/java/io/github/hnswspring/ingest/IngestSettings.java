package io.github.hnswspring.ingest;

import java.util.List;

import io.github.hnswspring.ingest.reading.ReadingLimits;

import org.springframework.util.Assert;

/**
 * What is ingested, and within which limits.
 *
 * @param sources where documents come from
 * @param watch whether changes are looked for every few seconds, or only when a round is
 * asked for
 * @param maxFiles the most files taken from all sources together
 * @param limits what reading one file may take
 */
public record IngestSettings(List<IngestSource> sources, boolean watch, int maxFiles, ReadingLimits limits) {

	/**
	 * Checks the numbers.
	 * @throws IllegalArgumentException if one is not positive
	 */
	public IngestSettings {
		sources = List.copyOf(sources);
		Assert.isTrue(maxFiles > 0, () -> "hnsw.ingest.max-files must be positive but is " + maxFiles);
	}

}
