package io.github.hnswspring.replica;

import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is published of a replica, as a text. Immutable.
 *
 * <pre>
 * hnsw-published 1
 * truth     what ReplicaDirectory keeps
 * directory the name of the copy
 * at        2026-11-30T01:20:00Z
 * file      bytes checksum name            one line for each; CRC32C in hexadecimal
 * end                                      without this line the text was cut
 * </pre>
 *
 * @param truth what it is a replica of
 * @param directory the name of the copy
 * @param at when it was published
 * @param files its files
 */
record PublishedFiles(String truth, String directory, Instant at, List<Entry> files) {

	private static final String FIRST = "hnsw-published 1";

	private static final String LAST = "end";

	/** Nothing outside of the directory is ever read, or written to. */
	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

	String encode() {
		StringBuilder text = new StringBuilder();
		text.append(FIRST).append('\n');
		text.append("truth ").append(this.truth).append('\n');
		text.append("directory ").append(this.directory).append('\n');
		text.append("at ").append(this.at).append('\n');
		for (Entry file : this.files) {
			text.append("file ")
				.append(file.bytes())
				.append(' ')
				.append(Long.toHexString(file.checksum()))
				.append(' ')
				.append(file.name())
				.append('\n');
		}
		return text.append(LAST).append('\n').toString();
	}

	static PublishedFiles parse(String where, String text) throws UnreadableException {
		List<String> lines = text.lines().toList();
		if (lines.size() < 6 || !lines.get(0).equals(FIRST) || !lines.get(lines.size() - 1).equals(LAST)) {
			throw new UnreadableException(where, "it does not begin with '" + FIRST + "' and end with '" + LAST + "'");
		}
		try {
			List<Entry> files = new ArrayList<>();
			for (String line : lines.subList(4, lines.size() - 1)) {
				String[] parts = value(line, "file ").split(" ");
				files.add(new Entry(name(parts[2]), Long.parseLong(parts[0]), Long.parseLong(parts[1], 16)));
			}
			return new PublishedFiles(value(lines.get(1), "truth "), name(value(lines.get(2), "directory ")),
					Instant.parse(value(lines.get(3), "at ")), List.copyOf(files));
		}
		catch (IllegalArgumentException | DateTimeParseException | IndexOutOfBoundsException ex) {
			throw new UnreadableException(where, String.valueOf(ex.getMessage()));
		}
	}

	private static String value(String line, String name) {
		if (!line.startsWith(name)) {
			throw new IllegalArgumentException("it has '" + line + "' where '" + name + "' should be");
		}
		return line.substring(name.length());
	}

	private static String name(String value) {
		if (!NAME.matcher(value).matches()) {
			throw new IllegalArgumentException("'" + value + "' is no name of a file beside it");
		}
		return value;
	}

	long bytes() {
		return this.files.stream().mapToLong(Entry::bytes).sum();
	}

	/**
	 * A file of the copy.
	 *
	 * @param name its name
	 * @param bytes its length
	 * @param checksum CRC32C of its content
	 */
	record Entry(String name, long bytes, long checksum) {
	}

	/** It is no such text. */
	static final class UnreadableException extends IOException {

		private static final long serialVersionUID = 1L;

		UnreadableException(String where, String reason) {
			super("What is said to be published " + where + " cannot be read: " + reason);
		}

	}

}
