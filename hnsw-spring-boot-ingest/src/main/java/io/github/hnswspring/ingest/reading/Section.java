package io.github.hnswspring.ingest.reading;

import java.util.List;

/**
 * A stretch of a document under one heading.
 *
 * @param headings the headings above the text, outermost first; may be empty
 * @param blocks paragraphs, lists, tables and listings in reading order, none blank
 * @param page the page it begins on, counted from 1, or 0 where there are no pages
 */
public record Section(List<String> headings, List<String> blocks, int page) {

	public Section {
		headings = List.copyOf(headings);
		blocks = List.copyOf(blocks);
	}

}
