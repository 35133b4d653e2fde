package io.github.hnswspring.benchmarks.retrieval;

import java.util.List;
import java.util.zip.CRC32;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Texts and questions about them.
 *
 * @param name what it is called in tables
 * @param passages the texts
 * @param questions the questions
 * @param model embeds both
 */
record Corpus(String name, List<Passage> passages, List<Question> questions, RememberingModel model) {

	/** Other passages or another model have another one. */
	String fingerprint() {
		CRC32 sum = new CRC32();
		this.passages.forEach((passage) -> sum.update((passage.id() + '\n' + passage.text() + '\n').getBytes(UTF_8)));
		return this.name.replaceAll("[^A-Za-z0-9]+", "-") + "-" + Long.toHexString(sum.getValue());
	}

	long documents() {
		return this.passages.stream().map(Passage::document).distinct().count();
	}

}
