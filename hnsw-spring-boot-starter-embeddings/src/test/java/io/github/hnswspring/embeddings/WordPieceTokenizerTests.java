package io.github.hnswspring.embeddings;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The tokenizer gives what the one gives that the models were trained with, whose native
 * library is there for the tests only.
 */
class WordPieceTokenizerTests {

	private static final String[] ALPHABETS = { "abcdefghijklmnopqrstuvwxyz", "ABCXYZÄÖÜßÉÈÀÇÑŁØ", "éèñüçåşğıİđ",
			"0123456789", "!?.,;:'\"()[]{}<>@#$%^&*-_=+|~`/\\", " \t\n\r\u00a0\u3000\u2009\u200b\u00ad\u0000\ufffd",
			"日本語漢字中文，。、「」", "ひらがなカタカナ", "한국어조선말", "абвгдЁЖЩ", "αβγΣςΩΆ;·", "שלוםअआकि़กำ", "مرحبا،؟", "€£©®™½²ﬁﬀ①",
			"\u0301\u0308\u0323\u20dd\u0903", "😀🤖👍🏽\u200d\ufe0f", "豈更車", "𝒜𝓑𠮷",
			"a\ue000\uf8ffb\u000b\u000c\u2028\u0085" };

	@BeforeAll
	static void nothingIsFetchedOrReported() {
		System.setProperty("ai.djl.offline", "true");
		System.setProperty("OPT_OUT_TRACKING", "true");
	}

	@Test
	void aWordIsTheLongestPiecesFromTheLeft() throws IOException {
		WordPieceTokenizer tokenizer = tokenizer(OnnxModel.ALL_MINILM_L6_V2_Q);
		// embeddings = em ##bed ##ding ##s, as in the examples of BERT.
		assertThat(tokenizer.tokenize("Embeddings!", 256).ids()).containsExactly(101, 7861, 8270, 4667, 2015, 999, 102);
		assertThat(tokenizer.tokenize("", 256).ids()).containsExactly(101, 102);
	}

	@Test
	void aSpecialTokenInATextIsText() throws IOException {
		assertThat(tokenizer(OnnxModel.ALL_MINILM_L6_V2_Q).tokenize("[SEP]", 256).ids()).containsExactly(101, 1031,
				19802, 1033, 102);
	}

	@Test
	void readingEndsWhereTheModelEnds() throws IOException {
		WordPieceTokenizer tokenizer = tokenizer(OnnxModel.ALL_MINILM_L6_V2_Q);
		String six = "one two three four five six";
		assertThat(tokenizer.tokenize(six, 8).truncated()).isFalse();
		assertThat(tokenizer.tokenize(six, 8).ids()).hasSize(8);
		assertThat(tokenizer.tokenize(six, 7).truncated()).isTrue();
		assertThat(tokenizer.tokenize(six, 7).ids()).hasSize(7).endsWith(102);
		// A word that turns out to be unknown beyond the end is one token, within it.
		assertThat(tokenizer.tokenize("a b embeddin\u0eff", 5).truncated()).isFalse();
		assertThat(tokenizer.tokenize("word ".repeat(1_000_000), 256).ids()).hasSize(256);
	}

	@ParameterizedTest
	@EnumSource(names = { "ALL_MINILM_L6_V2_Q", "BGE_SMALL_ZH_V1_5_Q" })
	void agreesWithTheTokenizerOfTheModels(OnnxModel model) throws IOException {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		WordPieceTokenizer tokenizer = tokenizer(model);
		try (HuggingFaceTokenizer reference = reference(model)) {
			for (int i = 0; i < 2_000; i++) {
				String text = text(random);
				assertThat(tokenizer.tokenize(text, 10_000).ids())
					.as("seed %d: %s", seed, text.codePoints().mapToObj(Integer::toHexString).toList())
					.isEqualTo(reference.encode(text).getIds());
			}
		}
	}

	@Test
	void refusesAnotherKindOfTokenizer() {
		assertThatIllegalArgumentException().isThrownBy(() -> WordPieceTokenizer.read(new ByteArrayInputStream("""
				{"model": {"type": "Unigram"}}""".getBytes(StandardCharsets.UTF_8))))
			.withMessageContaining("'WordPiece' as type")
			.withMessageContaining("'Unigram'");
	}

	private static String text(Random random) {
		int words = 1 + random.nextInt(8);
		return IntStream.range(0, words)
			.mapToObj((i) -> word(random))
			.collect(Collectors.joining(List.of(" ", "", "\n").get(random.nextInt(3))));
	}

	private static String word(Random random) {
		if (random.nextInt(4) == 0) {
			return List
				.of("The", "nearest", "neighbours", "are", "don't", "naïve", "GPT-4", "e.g.", "中文", "x".repeat(101))
				.get(random.nextInt(10));
		}
		StringBuilder word = new StringBuilder();
		int length = 1 + random.nextInt(12);
		String alphabet = ALPHABETS[random.nextInt(ALPHABETS.length)];
		for (int i = 0; i < length; i++) {
			if (random.nextInt(6) == 0) {
				alphabet = ALPHABETS[random.nextInt(ALPHABETS.length)];
			}
			int[] characters = alphabet.codePoints().toArray();
			word.appendCodePoint(characters[random.nextInt(characters.length)]);
		}
		return word.toString();
	}

	private static WordPieceTokenizer tokenizer(OnnxModel model) throws IOException {
		try (InputStream json = new ClassPathResource(model.tokenizer()).getInputStream()) {
			return WordPieceTokenizer.read(json);
		}
	}

	private static HuggingFaceTokenizer reference(OnnxModel model) throws IOException {
		try (InputStream json = new ClassPathResource(model.tokenizer()).getInputStream()) {
			return HuggingFaceTokenizer.newInstance(json, Map.of("padding", "false", "truncation", "false"));
		}
	}

}
