package io.github.hnswspring.ingest.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.github.hnswspring.ingest.reading.ReadingLimits;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/**
 * Everything that can be set under {@code hnsw.ingest}.
 *
 * @param sources files, folders and glob patterns whose documents are kept in the store.
 * Folders are taken with all below them; a relative path is resolved against the working
 * directory
 * @param watch whether changes are looked for every few seconds, or only when a round is
 * asked for
 * @param store name of the store documents go into, one of hnsw.stores. By default the
 * one without a name
 * @param maxFileSize the largest file that is read
 * @param maxCharacters the most text one document may contain
 * @param maxFiles the most files taken from all sources together
 * @param readTimeout how long reading one file in a JVM of its own may take
 * @param readMemory how much heap that JVM gets
 */
@ConfigurationProperties("hnsw.ingest")
public record IngestProperties(@DefaultValue List<String> sources, @DefaultValue("true") boolean watch,
		@Nullable String store, @DefaultValue("20MB") DataSize maxFileSize, @DefaultValue("2000000") int maxCharacters,
		@DefaultValue("10000") int maxFiles, @DefaultValue("30s") Duration readTimeout,
		@DefaultValue("256MB") DataSize readMemory) {

	/** Least heap with which a JVM starts and reads a short file. */
	private static final DataSize LEAST_MEMORY = DataSize.ofMegabytes(32);

	private static final int MOST_CHARACTERS = 100_000_000;

	/**
	 * Refuses what cannot be meant.
	 * @throws InvalidConfigurationPropertyValueException naming the property
	 */
	public IngestProperties {
		sources = sources.stream().filter((source) -> !source.isBlank()).toList();
		positive("max-file-size", maxFileSize, maxFileSize.toBytes());
		positive("max-characters", maxCharacters, maxCharacters);
		if (maxCharacters > MOST_CHARACTERS) {
			throw invalid("max-characters", maxCharacters, "It must be at most " + MOST_CHARACTERS
					+ ", because the text of a document is kept as a whole; split larger documents.");
		}
		positive("max-files", maxFiles, maxFiles);
		positive("read-timeout", readTimeout, readTimeout.toMillis());
		if (readMemory.compareTo(LEAST_MEMORY) < 0) {
			throw invalid("read-memory", readMemory, "It must be at least " + LEAST_MEMORY.toMegabytes() + "MB.");
		}
		if (maxFileSize.toBytes() > Integer.MAX_VALUE / 2) {
			throw invalid("max-file-size", maxFileSize,
					"It must be at most 1023MB, because a file is read as a whole.");
		}
	}

	private static void positive(String name, Object value, long number) {
		if (number <= 0) {
			throw invalid(name, value, "It must be positive.");
		}
	}

	private static InvalidConfigurationPropertyValueException invalid(String name, Object value, String reason) {
		return new InvalidConfigurationPropertyValueException("hnsw.ingest." + name, value, reason);
	}

	ReadingLimits limits() {
		return new ReadingLimits(this.maxFileSize, this.maxCharacters, this.readTimeout, this.readMemory);
	}

}
