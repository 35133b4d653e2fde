package io.github.hnswspring.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.github.hnswspring.vectorstore.HitMetadata;

import org.springframework.ai.document.Document;

/**
 * A passage that was found, with those around it that stand under the same headings, as
 * one text. Confined to the thread that answers.
 */
final class Stretch {

	/** The longest beginning that may repeat the end of the passage before. */
	private static final int MAX_REPEATED = 400;

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
		passages.forEach((passage) -> append(passage, joined, blocks));
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

	private static void append(Document passage, StringBuilder joined, List<TextBlock> blocks) {
		String text = text(passage);
		Object layout = passage.getMetadata().get(PassageKeys.LAYOUT);
		List<TextBlock> added = TextBlock.of(text, (layout != null) ? layout.toString() : null);
		if (blocks.isEmpty() || added.isEmpty()) {
			int at = joined.length();
			joined.append(text);
			added.forEach((block) -> blocks.add(block.shifted(at)));
			return;
		}
		TextBlock last = blocks.get(blocks.size() - 1);
		TextBlock first = added.get(0);
		int skipped = repeated(joined, last, text, first);
		boolean goesOn = last.kind() == first.kind() && skipped < first.end()
				&& (skipped > 0 || last.kind() != QuoteKind.PROSE);
		if (skipped == 0 || goesOn && last.kind() != QuoteKind.PROSE) {
			joined.append(goesOn ? "\n" : "\n\n");
		}
		int by = joined.length() - skipped;
		joined.append(text, skipped, text.length());
		for (TextBlock block : added) {
			if (block.end() <= skipped) {
				continue;
			}
			if (goesOn && block == first) {
				blocks.set(blocks.size() - 1,
						new TextBlock(last.kind(), last.headed(), last.start(), block.end() + by));
			}
			else {
				blocks.add(block.shifted(by));
			}
		}
	}

	/**
	 * How much of the beginning of the next passage is there already: the names of a
	 * table's columns, or the sentence that is repeated where a section is cut.
	 */
	private static int repeated(StringBuilder before, TextBlock last, String text, TextBlock first) {
		if (last.kind() == QuoteKind.TABLE && first.kind() == QuoteKind.TABLE && last.headed()) {
			String head = before.substring(last.start(), last.end()).lines().findFirst().orElse("");
			return text.startsWith(head + '\n', first.start()) ? first.start() + head.length() + 1 : 0;
		}
		String end = before.substring(Math.max(0, before.length() - MAX_REPEATED));
		for (int length = Math.min(end.length(), text.length()); length > 0; length--) {
			if (end.regionMatches(end.length() - length, text, 0, length)) {
				return length;
			}
		}
		return 0;
	}

}
