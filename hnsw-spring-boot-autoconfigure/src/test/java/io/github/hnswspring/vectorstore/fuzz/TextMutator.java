package io.github.hnswspring.vectorstore.fuzz;

import java.util.List;
import java.util.Random;

/**
 * Makes new texts from good ones: pieces left out, doubled, exchanged between texts, and
 * tokens and odd characters put in. Confined to one thread.
 */
final class TextMutator {

	private final List<String> corpus;

	private final List<String> tokens;

	private final Random random;

	TextMutator(List<String> corpus, List<String> tokens, Random random) {
		this.corpus = corpus;
		this.tokens = tokens;
		this.random = random;
	}

	String next() {
		StringBuilder text = new StringBuilder(pick(this.corpus));
		for (int i = this.random.nextInt(6); i >= 0; i--) {
			mutate(text);
		}
		return text.toString();
	}

	private void mutate(StringBuilder text) {
		int from = this.random.nextInt(text.length() + 1);
		int to = Math.min(text.length(), from + this.random.nextInt(12));
		switch (this.random.nextInt(7)) {
			case 0 -> text.delete(from, to);
			case 1 -> text.insert(from, text.substring(from, to));
			case 2 -> text.insert(from, pick(this.tokens));
			case 3 -> text.replace(from, to, pick(this.tokens));
			case 4 -> text.insert(from, (char) this.random.nextInt(this.random.nextBoolean() ? 128 : 65_536));
			case 5 -> {
				String other = pick(this.corpus);
				text.replace(from, text.length(), other.substring(this.random.nextInt(other.length() + 1)));
			}
			default -> text.insert(from, pick(this.tokens).repeat(1 + this.random.nextInt(60)));
		}
	}

	private String pick(List<String> list) {
		return list.get(this.random.nextInt(list.size()));
	}

}
