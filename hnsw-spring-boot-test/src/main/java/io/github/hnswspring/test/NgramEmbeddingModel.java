package io.github.hnswspring.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * An embedding model for tests, which needs nothing and learned nothing: texts are
 * similar if they share words or parts of words. The same text has the same vector in
 * every JVM and in every version of this class with the same {@link #NAME}.
 * <p>
 * A vector is a sum of directions, of unit length in the end: one for each word in small
 * letters, and one for each three characters in a row of {@code ^word$}, which all
 * together weigh half as much as the word. A word of up to three letters counts a third.
 * So "backup" is at 1 with "Backup!", near "backups", a little nearer to "a backup of the
 * store" than to "a train to Hamburg", and at about 0 with a text of other words,
 * whatever they mean.
 * <p>
 * Thread-safe.
 */
public final class NgramEmbeddingModel implements EmbeddingModel {

	/** What a store records as the name of the model. */
	public static final String NAME = "test-ngrams";

	static final int DIMENSIONS = 256;

	private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}\\p{M}]+");

	/** So that a text without words has a direction too, far from all others. */
	private static final double NOTHING = 1e-3;

	/**
	 * Components that a direction has; chance likeness of two falls with their number.
	 */
	private static final int COMPONENTS = 8;

	/** Makes the model; all of them are alike. */
	public NgramEmbeddingModel() {
	}

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		List<Embedding> embeddings = new ArrayList<>();
		for (String text : request.getInstructions()) {
			embeddings.add(new Embedding(vector(text), embeddings.size()));
		}
		return new EmbeddingResponse(embeddings, new EmbeddingResponseMetadata(NAME, new EmptyUsage()));
	}

	@Override
	public float[] embed(Document document) {
		return vector(getEmbeddingContent(document));
	}

	/** The text alone, so that metadata do not change what is similar. */
	@Override
	public String getEmbeddingContent(Document document) {
		return Objects.requireNonNullElse(document.getText(), "");
	}

	@Override
	public int dimensions() {
		return DIMENSIONS;
	}

	private static float[] vector(String text) {
		double[] sum = new double[DIMENSIONS];
		sum[0] = NOTHING;
		Matcher words = WORD.matcher(text.toLowerCase(Locale.ROOT));
		while (words.find()) {
			addWord(sum, words.group());
		}
		double squares = 0;
		for (double component : sum) {
			squares += component * component;
		}
		float[] vector = new float[DIMENSIONS];
		for (int i = 0; i < DIMENSIONS; i++) {
			vector[i] = (float) (sum[i] / Math.sqrt(squares));
		}
		return vector;
	}

	private static void addWord(double[] sum, String word) {
		double weight = (word.length() > 3) ? 1 : 1.0 / 3;
		addDirection(sum, word, weight);
		String marked = "^" + word + "$";
		int parts = marked.length() - 2;
		// Directions are nearly at right angles: the square root makes their sum as long.
		double each = weight / 2 / Math.sqrt(parts);
		for (int i = 0; i < parts; i++) {
			addDirection(sum, marked.substring(i, i + 3), each);
		}
	}

	private static void addDirection(double[] sum, String feature, double weight) {
		long state = hash(feature);
		for (int i = 0; i < COMPONENTS; i++) {
			state = mix(state + i);
			int component = (int) (state >>> 33) % DIMENSIONS;
			sum[component] += ((state & 1) == 0) ? weight : -weight;
		}
	}

	/** FNV-1a, 64 bits, over the characters. */
	private static long hash(String text) {
		long hash = 0xCBF29CE484222325L;
		for (int i = 0; i < text.length(); i++) {
			hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
		}
		return hash;
	}

	/** The finalizer of SplitMix64. */
	private static long mix(long value) {
		long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
		mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
		return mixed ^ (mixed >>> 31);
	}

}
