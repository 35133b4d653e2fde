package io.github.hnswspring.ingest.reading;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Cuts sections into chunks: whole blocks where they fit, else sentences, lines or rows,
 * else words. A chunk never crosses a heading. When running text needs several, each
 * repeats the last sentence of the one before, so that no statement is cut from its
 * context; when a table does, each repeats the row that names the columns. Headings that
 * make the path too long are text of the first chunk below them.
 * <p>
 * Thread-safe: keeps no state between calls.
 */
public final class SectionSplitter {

	/** Part of every chunk's identity: a new value means all documents are cut anew. */
	public static final String VERSION = "section-6";

	/**
	 * The default model looks at 256 word pieces but was trained on 128 at a time. Sizes
	 * of 110, 120, 150 and 200 put the right source among the first three for 19, 19, 18
	 * and 19 of the twenty questions the tests ask: too few questions to tell them apart,
	 * so the model's training decides.
	 */
	static final int MAX_PIECES = 200;

	private static final String SEPARATOR = " › ";

	/** A longer path of headings is text. */
	static final int MAX_HEADING_PIECES = 40;

	public List<Chunk> split(List<Section> sections) {
		List<Chunk> chunks = new ArrayList<>();
		Set<List<String>> said = new HashSet<>();
		for (Section section : sections) {
			List<String> headings = section.headings();
			int from = pathStart(headings);
			String path = String.join(SEPARATOR, headings.subList(from, headings.size()));
			ChunkPacker packer = new ChunkPacker(MAX_PIECES - WordPieces.estimate(path));
			for (int i = 0; i < headings.size(); i++) {
				// What is in no chunk cannot be found, so it is text once.
				if (said.add(headings.subList(0, i + 1)) && i < from) {
					packer.add(Block.prose(headings.get(i)));
				}
			}
			section.blocks().forEach(packer::add);
			packer.finish().forEach((blocks) -> chunks.add(new Chunk(path, blocks, section.page())));
		}
		return chunks;
	}

	/** Where the heading path begins; of one that is too long, the innermost stay. */
	private static int pathStart(List<String> headings) {
		int from = 0;
		while (from < headings.size() && WordPieces
			.estimate(String.join(SEPARATOR, headings.subList(from, headings.size()))) > MAX_HEADING_PIECES) {
			from++;
		}
		return from;
	}

}
