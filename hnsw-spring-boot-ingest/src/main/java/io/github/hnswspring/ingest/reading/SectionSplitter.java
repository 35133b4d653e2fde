package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts sections into chunks: whole blocks where they fit, else sentences, lines or rows,
 * else words. A chunk never crosses a heading. When running text needs several, each
 * repeats the last sentence of the one before, so that no statement is cut from its
 * context; when a table does, each repeats the row that names the columns.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
public final class SectionSplitter {

	/** Part of every chunk's identity: a new value means all documents are cut anew. */
	public static final String VERSION = "section-4";

	/**
	 * The default model looks at 256 word pieces but was trained on 128 at a time. Sizes
	 * of 110, 120, 150 and 200 put the right source among the first three for 19, 19, 18
	 * and 19 of the twenty questions the tests ask: too few questions to tell them apart,
	 * so the model's training decides.
	 */
	static final int MAX_PIECES = 200;

	private static final int MAX_HEADING_PIECES = 40;

	public List<Chunk> split(List<Section> sections) {
		List<Chunk> chunks = new ArrayList<>();
		for (Section section : sections) {
			String path = path(section.headings());
			ChunkPacker packer = new ChunkPacker(MAX_PIECES - WordPieces.estimate(path));
			section.blocks().forEach(packer::add);
			packer.finish().forEach((blocks) -> chunks.add(new Chunk(path, blocks, section.page())));
		}
		return chunks;
	}

	/** Joins a heading path; of one that is too long, the innermost headings stay. */
	private static String path(List<String> headings) {
		for (int from = 0; from < headings.size(); from++) {
			String path = String.join(" › ", headings.subList(from, headings.size()));
			if (WordPieces.estimate(path) <= MAX_HEADING_PIECES) {
				return path;
			}
		}
		return "";
	}

}
