package io.github.hnswspring.vectorstore.text;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Which languages have stems, and that those who use them do not share them. */
class StemmersTests {

	private static String stem(String language, String word) {
		return Stemmers.of(language).get().apply(word);
	}

	@ParameterizedTest
	@CsvSource({ "en, connections, connected", "de, h\u00E4user, haus", "fr, continuellement, continuelle",
			"es, casas, casa", "nl, boeken, boek", "sv, bilarna, bilen",
			"ru, \u043A\u043D\u0438\u0433\u0438, " + "\u043A\u043D\u0438\u0433\u0430" })
	void formsOfAWordHaveOneStem(String language, String one, String other) {
		assertThat(stem(language, one)).isNotEmpty().isEqualTo(stem(language, other));
	}

	@Test
	void ofATagOnlyTheLanguageCounts() {
		for (String tag : List.of("en-GB", "EN", "en-Latn-US", "en-x-private")) {
			assertThat(stem(tag, "connections")).isEqualTo("connect");
		}
		assertThat(stem("nb", "bilene")).isEqualTo(stem("no", "bilene")).isEqualTo(stem("nn", "bilene"));
	}

	@Test
	void aLanguageWithoutOneIsRefusedWithThoseThatHaveOneAndEachOfTheseWorks() {
		IllegalArgumentException refusal = catchThrowableOfType(IllegalArgumentException.class,
				() -> Stemmers.of("tlh"));
		assertThat(refusal).hasMessageContaining("'tlh'").hasMessageContaining("hnsw.text.language");
		String list = refusal.getMessage().replaceAll(".*\\[(.*)]", "$1");
		List<String> languages = Arrays.asList(list.split(", "));
		assertThat(languages).hasSizeGreaterThan(25).isSorted().contains("de", "en", "yi");
		for (String language : languages) {
			assertThat(stem(language, "x")).as(language).isNotNull();
		}
	}

	/** A stemmer keeps the word it is about. */
	@Test
	void everyTextHasAStemmerOfItsOwn() {
		Supplier<UnaryOperator<String>> english = Stemmers.of("en");
		assertThat(english.get()).isNotSameAs(english.get());
	}

}
