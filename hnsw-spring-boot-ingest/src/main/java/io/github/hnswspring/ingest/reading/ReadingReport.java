package io.github.hnswspring.ingest.reading;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What was read of one document, and what was not.
 *
 * @param title what the document calls itself, shortened if it is very long, or
 * {@code null} where it does not say
 * @param sections how many sections with text it has
 * @param characters how many characters of text these have, without their headings
 * @param leftOut what was left out and why, in reading order; empty when nothing was
 */
public record ReadingReport(@Nullable String title, int sections, long characters, List<LeftOut> leftOut) {

	public ReadingReport {
		leftOut = List.copyOf(leftOut);
	}

}
