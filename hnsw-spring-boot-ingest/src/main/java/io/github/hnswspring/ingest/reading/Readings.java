package io.github.hnswspring.ingest.reading;

import java.util.List;

import org.jspecify.annotations.Nullable;

/** Makes reports on what was read. */
final class Readings {

	private static final int MAX_TITLE = 300;

	private Readings() {
	}

	static Reading of(@Nullable String title, List<Section> sections, LeftOuts leftOut) {
		return new Reading(sections, report(title, sections, leftOut));
	}

	static ReadingReport report(@Nullable String title, List<Section> sections, LeftOuts leftOut) {
		return new ReadingReport((title != null) ? shortened(title.strip(), MAX_TITLE) : null, sections.size(),
				characters(sections), leftOut.finish());
	}

	/** At most so many characters and a sign that there are more; no character is cut. */
	static String shortened(String words, int most) {
		if (words.length() <= most) {
			return words;
		}
		int end = Character.isHighSurrogate(words.charAt(most - 1)) ? most - 1 : most;
		return words.substring(0, end) + "…";
	}

	/** Of the headings; one above several sections counts once. */
	static long headingCharacters(List<Section> sections) {
		long sum = 0;
		List<String> former = List.of();
		for (Section section : sections) {
			List<String> path = section.headings();
			for (String heading : path.subList(shared(former, path), path.size())) {
				sum += heading.length();
			}
			former = path;
		}
		return sum;
	}

	/** How many headings two paths have in common, from the outermost on. */
	static int shared(List<String> former, List<String> path) {
		int shared = 0;
		while (shared < Math.min(former.size(), path.size()) && former.get(shared).equals(path.get(shared))) {
			shared++;
		}
		return shared;
	}

	static long characters(List<Section> sections) {
		return sections.stream()
			.flatMap((section) -> section.blocks().stream())
			.mapToLong((block) -> block.text().length())
			.sum();
	}

}
