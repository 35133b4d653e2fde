package io.github.hnswspring.embeddings;

import java.io.IOException;
import java.io.InputStream;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Cuts text into the word pieces of a BERT vocabulary, after Wu et al. 2016
 * (arXiv:1609.08144), as the file {@code tokenizer.json} beside each model says: control
 * characters go, ideographs and punctuation stand alone, accents and capitals are folded
 * where the vocabulary has none, and a word is the longest pieces from the left or, if
 * some part of it is unknown, unknown as a whole. What looks like a special token in a
 * text is text.
 * <p>
 * In Java, so that no second native library is unpacked; tests compare it with the one it
 * stands for. Thread-safe: it does not change.
 */
final class WordPieceTokenizer {

	private final Map<String, Integer> vocabulary;

	private final boolean folding;

	private final String continuation;

	private final int longestWord;

	private final int unknown;

	private final int first;

	private final int last;

	private WordPieceTokenizer(JsonNode json) {
		JsonNode model = json.path("model");
		require(model, "type", "WordPiece");
		require(json.path("normalizer"), "type", "BertNormalizer");
		require(json.path("pre_tokenizer"), "type", "BertPreTokenizer");
		this.vocabulary = new HashMap<>();
		model.path("vocab")
			.properties()
			.forEach((entry) -> this.vocabulary.put(entry.getKey(), entry.getValue().asInt()));
		this.folding = json.path("normalizer").path("lowercase").asBoolean();
		this.continuation = model.path("continuing_subword_prefix").asString();
		this.longestWord = model.path("max_input_chars_per_word").asInt();
		this.unknown = id(model.path("unk_token").asString());
		this.first = id("[CLS]");
		this.last = id("[SEP]");
	}

	/**
	 * Reads what a model's vocabulary is.
	 * @param json a file {@code tokenizer.json}; is not closed
	 * @throws IOException if it cannot be read
	 * @throws IllegalArgumentException if it is another kind of tokenizer
	 */
	static WordPieceTokenizer read(InputStream json) throws IOException {
		return new WordPieceTokenizer(JsonMapper.shared().readTree(json.readAllBytes()));
	}

	private static void require(JsonNode node, String key, String expected) {
		String actual = node.path(key).asString("");
		if (!actual.equals(expected)) {
			throw new IllegalArgumentException(
					"The tokenizer needs '" + expected + "' as " + key + ", but the file has '" + actual + "'");
		}
	}

	private int id(String token) {
		Integer id = this.vocabulary.get(token);
		if (id == null) {
			throw new IllegalArgumentException("The vocabulary has no token '" + token + "'");
		}
		return id;
	}

	/**
	 * Cuts a text.
	 * @param text any text
	 * @param maxTokens how many tokens there may be, with the one before and the one
	 * after; reading ends there
	 */
	Tokens tokenize(String text, int maxTokens) {
		Pieces pieces = new Pieces(maxTokens);
		StringBuilder run = new StringBuilder();
		int i = 0;
		while (i < text.length() && !pieces.overflown) {
			int character = text.codePointAt(i);
			i += Character.charCount(character);
			if (isWhitespace(character)) {
				addRun(run, pieces);
			}
			else if (isIdeograph(character)) {
				addRun(run, pieces);
				addRun(run.appendCodePoint(character), pieces);
			}
			else if (!isDropped(character)) {
				run.appendCodePoint(character);
			}
		}
		addRun(run, pieces);
		return pieces.toTokens();
	}

	/** What stands between blanks is folded, and then cut at punctuation. */
	private void addRun(StringBuilder run, Pieces pieces) {
		if (run.isEmpty() || pieces.overflown) {
			return;
		}
		String text = this.folding ? fold(run) : run.toString();
		run.setLength(0);
		int start = 0;
		int i = 0;
		while (i < text.length()) {
			int character = text.codePointAt(i);
			int next = i + Character.charCount(character);
			if (isPunctuation(character)) {
				addWord(text.substring(start, i), pieces);
				addWord(text.substring(i, next), pieces);
				start = next;
			}
			i = next;
		}
		addWord(text.substring(start), pieces);
	}

	private void addWord(String word, Pieces pieces) {
		if (word.isEmpty()) {
			return;
		}
		int mark = pieces.count;
		if (word.codePointCount(0, word.length()) > this.longestWord || !addPieces(word, pieces)) {
			pieces.cutTo(mark);
			pieces.add(this.unknown);
		}
	}

	/** Longest match first; says whether all of the word is known. */
	private boolean addPieces(String word, Pieces pieces) {
		int start = 0;
		while (start < word.length()) {
			int end = word.length();
			Integer id = null;
			while (end > start) {
				String piece = word.substring(start, end);
				id = this.vocabulary.get((start == 0) ? piece : this.continuation + piece);
				if (id != null) {
					break;
				}
				end = word.offsetByCodePoints(end, -1);
			}
			if (id == null) {
				return false;
			}
			pieces.add(id);
			start = end;
		}
		return true;
	}

	/** Without accents, in small letters; one by one, whatever the neighbours are. */
	private static String fold(CharSequence text) {
		StringBuilder folded = new StringBuilder(text.length());
		Normalizer.normalize(text, Normalizer.Form.NFD)
			.codePoints()
			.filter((character) -> Character.getType(character) != Character.NON_SPACING_MARK)
			.map(Character::toLowerCase)
			.forEach(folded::appendCodePoint);
		return folded.toString();
	}

	private static boolean isWhitespace(int character) {
		return character == '\t' || character == '\n' || character == '\r' || Character.isSpaceChar(character);
	}

	private static boolean isDropped(int character) {
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE -> true;
			default -> character == 0xFFFD;
		};
	}

	private static boolean isIdeograph(int character) {
		return in(character, 0x4E00, 0x9FFF) || in(character, 0x3400, 0x4DBF) || in(character, 0x20000, 0x2A6DF)
				|| in(character, 0x2A700, 0x2B73F) || in(character, 0x2B740, 0x2B81F) || in(character, 0x2B920, 0x2CEAF)
				|| in(character, 0xF900, 0xFAFF) || in(character, 0x2F800, 0x2FA1F);
	}

	private static boolean isPunctuation(int character) {
		if (in(character, '!', '/') || in(character, ':', '@') || in(character, '[', '`') || in(character, '{', '~')) {
			return true;
		}
		return switch (Character.getType(character)) {
			case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.START_PUNCTUATION,
					Character.END_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION,
					Character.OTHER_PUNCTUATION ->
				true;
			default -> false;
		};
	}

	private static boolean in(int character, int from, int to) {
		return character >= from && character <= to;
	}

	/**
	 * A text as the model gets it.
	 *
	 * @param ids of tokens, the one before and the one after included
	 * @param truncated whether the text has more
	 */
	record Tokens(long[] ids, boolean truncated) {

	}

	/** Confined to one call. */
	private final class Pieces {

		private final int limit;

		private long[] ids = new long[64];

		private int count;

		private boolean overflown;

		/** Takes one more than there is room for, to see that there are more. */
		Pieces(int maxTokens) {
			this.limit = maxTokens - 2;
		}

		void add(int id) {
			if (this.count > this.limit) {
				this.overflown = true;
				return;
			}
			if (this.count == this.ids.length) {
				this.ids = Arrays.copyOf(this.ids, 2 * this.count);
			}
			this.ids[this.count++] = id;
		}

		void cutTo(int mark) {
			this.count = mark;
			this.overflown = false;
		}

		Tokens toTokens() {
			int kept = Math.min(this.count, this.limit);
			long[] all = new long[kept + 2];
			all[0] = WordPieceTokenizer.this.first;
			System.arraycopy(this.ids, 0, all, 1, kept);
			all[kept + 1] = WordPieceTokenizer.this.last;
			return new Tokens(all, this.count > this.limit);
		}

	}

}
