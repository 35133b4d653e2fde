package io.github.hnswspring.ingest.reading;

import java.util.List;

/**
 * A stretch of a document under one heading.
 *
 * @param headings the headings above the text, outermost first; may be empty
 * @param blocks paragraphs, lists, tables and listings in reading order, none blank
 * @param page the page it begins on, counted from 1, or 0 where there are no pages
 */
public record Section(List<String> headings, List<Block> blocks, int page) {

	public Section {
		headings = List.copyOf(headings);
		blocks = List.copyOf(blocks);
	}

	/** A section of running text. */
	static Section ofProse(List<String> headings, List<String> paragraphs, int page) {
		return new Section(headings, paragraphs.stream().map(Block::prose).toList(), page);
	}

	/** The texts of the blocks. */
	public List<String> texts() {
		return this.blocks.stream().map(Block::text).toList();
	}

}
