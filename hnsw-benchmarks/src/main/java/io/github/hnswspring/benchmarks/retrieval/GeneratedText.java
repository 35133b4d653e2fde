package io.github.hnswspring.benchmarks.retrieval;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Texts of made-up words, as many as one likes, with names in them and a model that costs
 * nothing. Words are as frequent as Zipf's law has it; passages of a document share a
 * subject, whose words are in them more often. A vector is the sum of its words' own
 * directions, rare ones counting more, so texts of one subject are near each other.
 * Thread-safe: stateless but for the seed.
 */
final class GeneratedText {

	private static final int DIMENSIONS = 384;

	private static final int VOCABULARY = 40_000;

	private static final int WORDS = 100;

	private static final int PASSAGES_OF_DOCUMENT = 20;

	private static final int SUBJECT_WORDS = 12;

	private static final double SUBJECT_SHARE = 0.2;

	private static final String[] SYLLABLES = { "ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "za", "den",
			"gar", "hol", "pin", "sur", "tam" };

	private final long seed;

	GeneratedText(long seed) {
		this.seed = seed;
	}

	/**
	 * Makes a corpus.
	 * @param passages how many
	 * @param questions most of each kind
	 * @return the corpus
	 */
	Corpus corpus(int passages, int questions) {
		List<Passage> all = new ArrayList<>(passages);
		for (int document = 0; all.size() < passages; document++) {
			Random random = new Random(this.seed * 31 + document);
			int[] subject = random.ints(SUBJECT_WORDS, 0, VOCABULARY).toArray();
			for (int position = 0; position < PASSAGES_OF_DOCUMENT && all.size() < passages; position++) {
				all.add(passage("document" + document, position, subject, random));
			}
		}
		return new Corpus("generated-" + passages, all, Questions.of(all, questions, this.seed),
				new RememberingModel((texts) -> texts.stream().map(GeneratedText::vector).toList()));
	}

	private static Passage passage(String document, int position, int[] subject, Random random) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < WORDS; i++) {
			boolean own = random.nextDouble() < SUBJECT_SHARE;
			text.append(word(own ? subject[random.nextInt(subject.length)] : zipf(random))).append(' ');
		}
		text.append(name(random)).append(' ').append(name(random)).append('.');
		// What a section of this passage might be called.
		StringBuilder heading = new StringBuilder();
		String[] words = text.toString().split(" ");
		for (int i = 0; i < 4; i++) {
			heading.append(heading.isEmpty() ? "" : " ").append(words[random.nextInt(WORDS)]);
		}
		return new Passage(document, position, heading.toString(), text.toString());
	}

	/** Rank r with a probability in proportion to 1/r. */
	private static int zipf(Random random) {
		return (int) Math.exp(random.nextDouble() * Math.log(VOCABULARY));
	}

	private static String name(Random random) {
		String first = word(random.nextInt(VOCABULARY));
		String second = word(random.nextInt(VOCABULARY));
		return first + Character.toUpperCase(second.charAt(0)) + second.substring(1);
	}

	/** Frequent words are short. */
	private static String word(int rank) {
		StringBuilder word = new StringBuilder();
		int rest = rank + 1;
		while (rest > 0) {
			word.append(SYLLABLES[rest % SYLLABLES.length]);
			rest /= SYLLABLES.length;
		}
		return word.toString();
	}

	private static float[] vector(String text) {
		float[] vector = new float[DIMENSIONS];
		for (String word : text.split("\\W+")) {
			add(word, vector);
		}
		return vector;
	}

	/** A direction that only this word has; long words are rare and count more. */
	private static void add(String word, float[] vector) {
		long state = word.hashCode() * 0x9E3779B97F4A7C15L;
		float weight = word.length();
		for (int i = 0; i < DIMENSIONS; i++) {
			state = state * 6364136223846793005L + 1442695040888963407L;
			vector[i] += weight * (state >> 40) / (1 << 23);
		}
	}

}
