package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects what a reader leaves out, so that many scripts are one entry. Confined to the
 * thread that reads.
 */
final class LeftOuts {

	private static final int MAX_NAMES = 20;

	private static final int MAX_NAME_LENGTH = 200;

	/** What the entries of one kind have in common. */
	private static final class Entry {

		private final String why;

		private int count;

		private long characters;

		private final List<String> names = new ArrayList<>();

		private Entry(String why) {
			this.why = why;
		}

		private LeftOut finish(String kind) {
			StringBuilder what = new StringBuilder((this.count > 1) ? kind + " (" + this.count + " times)" : kind);
			if (!this.names.isEmpty()) {
				what.append(": ").append(String.join(", ", this.names));
				if (this.count > this.names.size()) {
					what.append(", …");
				}
			}
			if (this.characters > 0) {
				what.append(", ").append(this.characters).append(" characters");
			}
			return new LeftOut(what.toString(), this.why);
		}

	}

	private final Map<String, Entry> entries = new LinkedHashMap<>();

	/** Something that is only counted. */
	void add(String kind, String why) {
		add(kind, why, "", 0);
	}

	/** Something with text. */
	void add(String kind, String why, long characters) {
		add(kind, why, "", characters);
	}

	/** Something with a name, such as a file or a page. */
	void add(String kind, String why, String name) {
		add(kind, why, name, 0);
	}

	/** Something with a name and text. */
	void add(String kind, String why, String name, long characters) {
		Entry entry = this.entries.computeIfAbsent(kind, (any) -> new Entry(why));
		entry.count++;
		entry.characters += characters;
		if (!name.isBlank() && entry.names.size() < MAX_NAMES) {
			entry.names.add(Readings.shortened(name.strip(), MAX_NAME_LENGTH));
		}
	}

	List<LeftOut> finish() {
		return this.entries.entrySet().stream().map((entry) -> entry.getValue().finish(entry.getKey())).toList();
	}

}
