package io.github.hnswspring.ingest.reading;

import java.util.List;

import org.jspecify.annotations.Nullable;

/** Makes reports on what was read. */
final class Readings {

	private Readings() {
	}

	static Reading of(@Nullable String title, List<Section> sections, LeftOuts leftOut) {
		return new Reading(sections, report(title, sections, leftOut));
	}

	static ReadingReport report(@Nullable String title, List<Section> sections, LeftOuts leftOut) {
		return new ReadingReport(title, sections.size(), characters(sections), leftOut.finish());
	}

	static long characters(List<Section> sections) {
		return sections.stream()
			.flatMap((section) -> section.blocks().stream())
			.mapToLong((block) -> block.text().length())
			.sum();
	}

}
