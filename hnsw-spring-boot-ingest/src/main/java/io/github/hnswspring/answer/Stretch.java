package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.github.hnswspring.ingest.reading.Block;
import io.github.hnswspring.ingest.reading.Repetition;
import io.github.hnswspring.vectorstore.HitMetadata;

import org.springframework.ai.document.Document;

/**
 * A passage that was found, with those around it that stand under the same headings, as
 * one text. Confined to the thread that answers.
 */
final class Stretch {

	final Document hit;

	final String section;

	final String text;

	/** The words of the text, of its headings and of the document's name. */
	final Set<String> words;

	final List<Unit> units;

	/** By what the passage that was found is ranked before its sentences are read. */
	final double likely;

	/** By what stretches are ranked in the end. */
	double score;

	/**
	 * Puts passages together.
	 * @param hit the one that was found
	 * @param passages with those around it, in the order of the document
	 * @param likely by what it is ranked
	 */
	Stretch(Document hit, List<Document> passages, double likely) {
		StringBuilder joined = new StringBuilder();
		List<TextBlock> blocks = new ArrayList<>();
		List<Block> before = List.of();
		for (Document passage : passages) {
			List<Block> told = told(passage);
			append(passage, Repetition.length(before, told), joined, blocks);
			before = told;
		}
		this.hit = hit;
		this.section = section(hit);
		this.text = joined.toString();
		this.words = words(hit, this.text);
		this.units = Unit.of(this.text, blocks);
		this.likely = likely;
	}

	static String section(Document passage) {
		return Objects.toString(passage.getMetadata().get(PassageKeys.SECTION), "");
	}

	static String text(Document passage) {
		return Objects.requireNonNullElse(passage.getText(), "");
	}

	static Set<String> words(Document passage, String text) {
		return Words.of(section(passage) + '\n' + Objects.toString(passage.getMetadata().get(PassageKeys.SOURCE), "")
				+ '\n' + text);
	}

	/** By meaning; in hybrid searches a document's own score says its rank only. */
	static double similarity(Document passage) {
		if (passage.getMetadata().get(HitMetadata.DENSE_SCORE) instanceof Double similarity) {
			return similarity;
		}
		return Objects.requireNonNullElse(passage.getScore(), 0.0);
	}

	/** The blocks of a passage; of one from elsewhere nothing is known. */
	private static List<Block> told(Document passage) {
		Object layout = passage.getMetadata().get(PassageKeys.LAYOUT);
		return (layout != null) ? Block.parse(text(passage), layout.toString()) : List.of();
	}

	/**
	 * Adds a passage without what it repeats.
	 * @param repeated how much of its beginning is there already: the names of a table's
	 * columns, or the sentence that is repeated where a section is cut
	 */
	private static void append(Document passage, int repeated, StringBuilder joined, List<TextBlock> blocks) {
		String text = text(passage);
		Object layout = passage.getMetadata().get(PassageKeys.LAYOUT);
		List<TextBlock> added = TextBlock.of(text, (layout != null) ? layout.toString() : null);
		if (joined.length() > 0 && repeated == 0) {
			joined.append("\n\n");
		}
		boolean table = repeated > 0 && added.get(0).kind() == QuoteKind.TABLE;
		if (table) {
			joined.append('\n');
		}
		int by = joined.length() - repeated;
		joined.append(text, repeated, text.length());
		for (TextBlock block : added) {
			if (block.start() >= repeated) {
				blocks.add(block.shifted(by));
			}
			else if (table) {
				blocks.add(new TextBlock(block.kind(), false, repeated + by, block.end() + by));
			}
			else if (block.end() > repeated) {
				TextBlock last = blocks.remove(blocks.size() - 1);
				blocks.add(new TextBlock(last.kind(), last.headed(), last.start(), block.end() + by));
			}
		}
	}

}
