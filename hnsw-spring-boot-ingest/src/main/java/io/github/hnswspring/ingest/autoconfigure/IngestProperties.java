package io.github.hnswspring.ingest.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

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

	/** A file is read as a whole, into an array. */
	private static final DataSize LARGEST_FILE = DataSize.ofMegabytes(1023);

	/** The text of a document is kept as a whole. */
	private static final int MOST_CHARACTERS = 100_000_000;

	/** A number without a unit is milliseconds, and most often meant to be seconds. */
	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private static final Duration LONGEST = Duration.ofDays(1);

	/**
	 * Refuses what cannot be meant.
	 * @throws InvalidConfigurationPropertyValueException naming the property, and what is
	 * accepted
	 */
	public IngestProperties {
		sources = sources.stream().filter((source) -> !source.isBlank()).toList();
		check("max-file-size", Accepted.written(maxFileSize),
				maxFileSize.toBytes() > 0 && maxFileSize.compareTo(LARGEST_FILE) <= 0);
		check("max-characters", maxCharacters, maxCharacters > 0 && maxCharacters <= MOST_CHARACTERS);
		check("max-files", maxFiles, maxFiles > 0);
		check("read-timeout", readTimeout, readTimeout.compareTo(SHORTEST) >= 0 && readTimeout.compareTo(LONGEST) <= 0);
		check("read-memory", Accepted.written(readMemory), readMemory.compareTo(LEAST_MEMORY) >= 0);
	}

	private static void check(String name, Object value, boolean accepted) {
		String property = Accepted.PREFIX + name;
		if (!accepted) {
			throw new InvalidConfigurationPropertyValueException(property, value,
					"It must be " + Objects.requireNonNull(Accepted.of(property)).what() + ".");
		}
	}

	ReadingLimits limits() {
		return new ReadingLimits(this.maxFileSize, this.maxCharacters, this.readTimeout, this.readMemory);
	}

}
