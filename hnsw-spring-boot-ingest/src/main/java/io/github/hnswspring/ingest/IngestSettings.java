package io.github.hnswspring.ingest;

import java.nio.file.Path;
import java.util.List;

import io.github.hnswspring.ingest.reading.ReadingLimits;

import org.springframework.util.Assert;

/**
 * What is ingested, and within which limits.
 *
 * @param sources files and folders; folders are searched recursively. A relative path is
 * resolved against the working directory
 * @param dataDirectory where uploads are kept, and which documents were deleted
 * @param limits what reading one file may take
 * @param maxFiles the most files taken from all sources together
 * @param uploadQueue how many uploads may wait for ingestion before more are refused
 * @param concurrentUploads how many uploads are received and checked at the same time
 * @param model names the embedding model; another name means all documents are embedded
 * anew
 */
public record IngestSettings(List<Path> sources, Path dataDirectory, ReadingLimits limits, int maxFiles,
		int uploadQueue, int concurrentUploads, String model) {

	/**
	 * Checks the numbers.
	 * @throws IllegalArgumentException if one is not positive
	 */
	public IngestSettings {
		sources = List.copyOf(sources);
		positive("max-files", maxFiles);
		positive("upload-queue", uploadQueue);
		positive("concurrent-uploads", concurrentUploads);
	}

	private static void positive(String name, long value) {
		Assert.isTrue(value > 0, () -> name + " must be positive but is " + value);
	}

	Path uploadDirectory() {
		return this.dataDirectory.resolve("uploads");
	}

}
