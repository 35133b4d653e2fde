package io.github.hnswspring.ingest.reading;

import java.util.List;

/**
 * A document as it was read.
 *
 * @param sections its text, in reading order; at least one section
 * @param report what was read and what was left out
 */
public record Reading(List<Section> sections, ReadingReport report) {

	public Reading {
		sections = List.copyOf(sections);
	}

}
