package io.github.hnswspring.vectorstore.text;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Which spellings are taken for one. */
class FoldingTests {

	@Test
	void asciiIsNotCopied() {
		String text = "plain text";
		assertThat(Folding.normalize(text)).isSameAs(text);
		assertThat(Folding.withoutMarks(text)).isSameAs(text);
		assertThat(Folding.lowerCase("MixedCase")).isEqualTo("mixedcase");
	}

	@ParameterizedTest
	@CsvSource({ "\uFF21\uFF11, A1", "\uFB01n, fin", "\u2460, 1", "M\u00FCller, M\u00FCller",
			"Mu\u0308ller, M\u00FCller" })
	void compatibleCharactersBecomeOne(String text, String normal) {
		assertThat(Folding.normalize(text)).isEqualTo(normal);
	}

	/** One character stands for eighteen: a text of them would grow in memory. */
	@Test
	void aPhraseInOneCharacterIsLeftAsItIs() {
		assertThat(Folding.normalize("\uFDFA\uFDFA")).isEqualTo("\uFDFA\uFDFA");
		assertThat(Folding.normalize("\uFF21\uFDFA\uFF11" + " ".repeat(40))).startsWith("A\uFDFA1 ");
	}

	@Test
	void whatIsNotSeenIsLeftOut() {
		assertThat(Folding.lowerCase("SOFT\u00ADHyphen")).isEqualTo("softhyphen");
		assertThat(Folding.lowerCase("zero\u200Cwidth\u200Djoiner\uFEFF")).isEqualTo("zerowidthjoiner");
	}

	@Test
	void lowerCaseDoesNotDependOnTheLanguageOfTheMachine() {
		java.util.Locale before = java.util.Locale.getDefault();
		java.util.Locale.setDefault(java.util.Locale.forLanguageTag("tr"));
		try {
			assertThat(Folding.lowerCase("TITLE")).isEqualTo("title");
		}
		finally {
			java.util.Locale.setDefault(before);
		}
	}

	@ParameterizedTest
	@CsvSource({ "stra\u00DFe, strasse", "\u00E6on, aeon", "\u0153uvre, oeuvre", "sm\u00F8r, smor",
			"\u0142\u00F3d\u017A, lodz", "\u0111\u00F0, dd", "\u00FEing, thing", "\u0127, h", "\u0131, i",
			"\u03BF\u03B4\u03CC\u03C2, \u03BF\u03B4\u03BF\u03C3", "caf\u00E9, cafe",
			"\u0451\u043B\u043A\u0430, " + "\u0435\u043B\u043A\u0430" })
	void lettersLoseWhatPeopleLeaveOut(String word, String folded) {
		assertThat(Folding.withoutMarks(word)).isEqualTo(folded);
	}

	@ParameterizedTest
	@CsvSource({ "\u0645\u0640\u0640\u062D, \u0645\u062D", "\u06CC, \u064A", "\u0649, \u064A", "\u0629, \u0647",
			"\u06A9, \u0643", "\u0645\u064F\u062D, \u0645\u062D" })
	void arabicLettersThatAreWrittenForEachOtherAreOne(String word, String folded) {
		assertThat(Folding.withoutMarks(word)).isEqualTo(folded);
	}

	@ParameterizedTest
	@CsvSource({ "\u0915\u093F\u0924\u093E\u092C", "\u0E17\u0E35\u0E48", "\uD55C\uAD6D" })
	void marksThatAreVowelsStay(String word) {
		assertThat(Folding.withoutMarks(word)).isEqualTo(word);
	}

}
