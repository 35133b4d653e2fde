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

	final String text;

	final String section;

	/** The words of the text, of its headings and of the document's name. */
	final Set<String> words;

	final List<Unit> units;

	/** By what the passage that was found is ranked before its sentences are read. */
	double likely;

	/** By what stretches are ranked in the end. */
	double score;

	Stretch(Document hit, List<Document> passages) {
		this.hit = hit;
		this.section = section(hit);
		this.text = joined(passages);
		this.words = words(hit, this.text);
		this.units = Unit.of(this.text);
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

	private static String joined(List<Document> passages) {
		StringBuilder joined = new StringBuilder();
		for (Document passage : passages) {
			String text = text(passage);
			int repeated = repeated(joined, text);
			if (!joined.isEmpty() && repeated == 0) {
				joined.append(goesOn(joined, text) ? "\n" : "\n\n");
			}
			joined.append(text, repeated, text.length());
		}
		return joined.toString();
	}

	/** How many characters the end of one text and the beginning of the next share. */
	private static int repeated(CharSequence before, String text) {
		String end = before.subSequence(Math.max(0, before.length() - MAX_REPEATED), before.length()).toString();
		for (int length = Math.min(end.length(), text.length()); length > 0; length--) {
			if (end.regionMatches(end.length() - length, text, 0, length)) {
				return length;
			}
		}
		return 0;
	}

	/** Whether a table or list goes on, so that it is to stay one. */
	private static boolean goesOn(CharSequence before, String text) {
		List<TextBlock> above = TextBlock.of(before.toString());
		List<TextBlock> below = TextBlock.of(text);
		if (above.isEmpty() || below.isEmpty()) {
			return false;
		}
		QuoteKind kind = above.get(above.size() - 1).kind();
		return kind != QuoteKind.PROSE && kind == below.get(0).kind();
	}

	List<Unit> rankedUnits() {
		List<Unit> ranked = new ArrayList<>(this.units);
		ranked.sort((a, b) -> Double.compare(b.score, a.score));
		return ranked;
	}

}
