package io.github.hnswspring.ingest.reading;

import java.util.List;

/**
 * A piece of a document, small enough for the embedding model to take in whole.
 *
 * @param section the heading path, joined; empty where there is none
 * @param blocks what the passage says, in reading order
 * @param page the page it begins on, or 0
 */
public record Chunk(String section, List<Block> blocks, int page) {

	public Chunk {
		blocks = List.copyOf(blocks);
	}

	/** A chunk of running text. */
	public Chunk(String section, String text, int page) {
		this(section, List.of(Block.prose(text)), page);
	}

	/** The blocks, with an empty line between two. */
	public String text() {
		return Block.text(this.blocks);
	}

	/** Which stretches of the text are prose, lists, tables and listings. */
	public String layout() {
		return Block.layout(this.blocks);
	}

}
