package io.github.hnswspring.ingest.autoconfigure;

import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;
import org.springframework.util.unit.DataUnit;

/**
 * What a property below {@code hnsw.ingest} may be, in the words in which it is written.
 *
 * @param what from where to where, with a unit
 * @param byDefault what it is if it is left out
 */
record Accepted(String what, String byDefault) {

	static final String PREFIX = "hnsw.ingest.";

	private static final Map<String, Accepted> ALL = Map.of("watch", new Accepted("true or false", "true"),
			"max-file-size", new Accepted("a size from 1B to 1023MB", "20MB"), "max-characters",
			new Accepted("a number from 1 to 100000000", "2000000"), "max-files",
			new Accepted("a number from 1 to 2147483647", "10000"), "read-timeout",
			new Accepted("a time from 1s to 1d, such as 30s", "30s"), "read-memory",
			new Accepted("a size of at least 32MB", "256MB"));

	/** What is accepted of a property; {@code null} if anything is. */
	static @Nullable Accepted of(String name) {
		return name.startsWith(PREFIX) ? ALL.get(name.substring(PREFIX.length())) : null;
	}

	/**
	 * Whether there is such a property.
	 * @param name in lower case without dashes, perhaps with an index behind it
	 */
	static boolean isKnown(String name) {
		return Stream.concat(Stream.of("sources", "store"), ALL.keySet().stream())
			.map((property) -> PREFIX + property.replace("-", ""))
			.anyMatch((property) -> name.equals(property) || name.startsWith(property + "[")
					|| name.startsWith(property + "."));
	}

	/** A size as people write it, in the largest unit that leaves it whole. */
	static String written(DataSize size) {
		String[] units = { "TB", "GB", "MB", "KB" };
		DataUnit[] sizes = { DataUnit.TERABYTES, DataUnit.GIGABYTES, DataUnit.MEGABYTES, DataUnit.KILOBYTES };
		for (int i = 0; i < units.length; i++) {
			long unit = DataSize.of(1, sizes[i]).toBytes();
			if (size.toBytes() != 0 && size.toBytes() % unit == 0) {
				return size.toBytes() / unit + units[i];
			}
		}
		return size.toBytes() + "B";
	}

}
