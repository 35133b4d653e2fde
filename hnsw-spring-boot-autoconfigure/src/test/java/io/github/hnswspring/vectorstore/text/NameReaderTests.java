package io.github.hnswspring.vectorstore.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** One word or name out of a text: what it gives, and where the next one may begin. */
class NameReaderTests {

	private final List<String> words = new ArrayList<>();

	private final List<String> stems = new ArrayList<>();

	private final List<String> identifiers = new ArrayList<>();

	private final TokenSink sink = new TokenSink() {

		@Override
		public void word(String token) {
			NameReaderTests.this.words.add(token);
		}

		@Override
		public void stem(String token) {
			NameReaderTests.this.stems.add(token);
		}

		@Override
		public void identifier(String token) {
			NameReaderTests.this.identifiers.add(token);
		}

	};

	private int read(String text, int begin) {
		return read(text, begin, null);
	}

	private int read(String text, int begin, @Nullable UnaryOperator<String> stemmer) {
		return new NameReader(text, stemmer, this.sink).read(begin);
	}

	@Test
	void aWordEndsWhereItsLettersDoAndIsNoName() {
		assertThat(read("some words", 0)).isEqualTo(4);
		assertThat(this.words).containsExactly("some");
		assertThat(this.identifiers).isEmpty();
	}

	@Test
	void aNameIsReadAsAWholeWithItsSegments() {
		assertThat(read("see a.bc-d!", 4)).isEqualTo(10);
		assertThat(this.words).containsExactly("a", "bc", "d");
		assertThat(this.identifiers).containsExactly("a.bc-d");
	}

	@Test
	void thePointThatEndsASentenceIsNoPartOfTheName() {
		assertThat(read("a.b.", 0)).isEqualTo(3);
		assertThat(this.identifiers).containsExactly("a.b");
		assertThat(read("a.b.", 3)).as("nothing begins there").isEqualTo(4);
		assertThat(this.words).containsExactly("a", "b");
	}

	@Test
	void afterTwoJoinersAnotherNameBegins() {
		assertThat(read("a--b", 0)).isEqualTo(1);
		assertThat(this.identifiers).isEmpty();
		assertThat(read("a--b", 1)).isEqualTo(4);
		assertThat(this.identifiers).containsExactly("--b");
		assertThat(read("a::b", 0)).as("but for two colons").isEqualTo(4);
		assertThat(this.identifiers).containsExactly("--b", "a::b");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"',
			value = { "--flag, --flag", "---flag, --flag", "-x, -x", "__init__, __init__", "____x, __x", ".NET, .net",
					"@Bean, @bean", "$HOME, $home", "#tag, #tag", "c++, c++", "c+++, c++", "c#, c#", "x__y, x__y",
					"x__., x__", "x_, x_" })
	void joinersBeforeAndBehindBelongToSomeNames(String text, String identifier) {
		read(text, 0);
		assertThat(this.identifiers).containsExactly(identifier);
	}

	@Test
	void joinersWithoutALetterAreSkipped() {
		assertThat(read("--- x", 0)).isEqualTo(3);
		assertThat(read("...", 0)).isEqualTo(3);
		assertThat(this.words).isEmpty();
		assertThat(this.identifiers).isEmpty();
	}

	@Test
	void aSegmentOfSeveralWordsGivesEachButNoSingleLetter() {
		read("parseHTTPRequest2xA", 0);
		assertThat(this.words).containsExactly("parsehttprequest2xa", "parse", "http", "request", "2");
		assertThat(this.identifiers).containsExactly("parsehttprequest2xa");
	}

	@Test
	void aWordIsGivenWithAndWithoutItsMarks() {
		read("M\u00FCller", 0);
		assertThat(this.words).containsExactly("muller", "m\u00FCller");
	}

	@Test
	void stemsAreMadeOfSegmentsAndTheirPartsInLowerCase() {
		List<String> asked = new ArrayList<>();
		read("openFiles.caf\u00E9s", 0, (word) -> {
			asked.add(word);
			return word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
		});
		assertThat(asked).containsExactly("openfiles", "open", "files", "caf\u00E9s");
		assertThat(this.stems).containsExactly("openfile", "open", "file", "cafe");
	}

	@Test
	void aStemOfNothingIsNone() {
		read("word", 0, (word) -> "");
		assertThat(this.stems).isEmpty();
	}

	@Test
	void whatIsTooLongForATokenIsCutAndHasNoStem() {
		String longest = "x".repeat(TextAnalysis.MAX_TOKEN);
		read(longest + "y", 0, (word) -> word.toUpperCase(Locale.ROOT));
		assertThat(this.words).containsExactly(longest);
		assertThat(this.stems).isEmpty();
		read("a." + longest, 0);
		assertThat(this.identifiers).containsExactly("a." + "x".repeat(TextAnalysis.MAX_TOKEN - 2));
	}

	@Test
	void aCutLeavesNoHalfCharacter() {
		String almost = "x".repeat(TextAnalysis.MAX_TOKEN - 1);
		read(almost + "\uD801\uDC28", 0);
		assertThat(this.words).containsExactly(almost);
	}

}
