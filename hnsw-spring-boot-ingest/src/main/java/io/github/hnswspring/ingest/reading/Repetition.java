package io.github.hnswspring.ingest.reading;

import java.util.List;

import io.github.hnswspring.ingest.reading.Block.Kind;

/**
 * What {@link SectionSplitter} makes a chunk repeat of the one before: the last sentence
 * of running text, or the row that names a table's columns. Needed to put chunks together
 * again.
 */
public final class Repetition {

	private Repetition() {
	}

	/**
	 * How many characters at the beginning of a chunk repeat the one before it.
	 * @param before the blocks of the chunk before
	 * @param chunk the blocks of the chunk
	 * @return the length of the repeated sentence, or of the repeated row with its line
	 * end; 0 if nothing is repeated
	 */
	public static int length(List<Block> before, List<Block> chunk) {
		if (before.isEmpty() || chunk.isEmpty()) {
			return 0;
		}
		Block last = before.get(before.size() - 1);
		Block first = chunk.get(0);
		if (last.kind() == Kind.TABLE && first.kind() == Kind.TABLE) {
			String head = last.text().lines().findFirst().orElse("") + '\n';
			return first.text().startsWith(head) ? head.length() : 0;
		}
		String sentence = ChunkPacker.repeatable(before);
		if (sentence.isEmpty() || first.kind() != Kind.PROSE) {
			return 0;
		}
		// Alone it would be a paragraph of the document that says the same again.
		boolean goesOn = first.text().length() > sentence.length() || chunk.size() > 1;
		return (goesOn && sentence.equals(Sentences.split(first.text()).get(0))) ? sentence.length() : 0;
	}

}
